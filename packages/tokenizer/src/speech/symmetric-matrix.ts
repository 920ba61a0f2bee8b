// Powers of small symmetric matrices through their eigenvectors, found by Jacobi's rotations (Golub & Van Loan, section 8.5).

/** A square matrix, row by row. */
export type SquareMatrix = Float64Array;

const MAXIMUM_SWEEPS = 60;
/** Eigenvalues of a matrix of zeros count as this. */
const SMALLEST = 1e-12;

/** `matrix`^`power` for a symmetric matrix; eigenvalues are not taken below `least` times the largest. */
export function symmetricPower(matrix: SquareMatrix, power: number, least = 1e-6): SquareMatrix {
  const { values, vectors, size } = eigenvectors(matrix);
  const floor = Math.max(least * Math.max(...values), SMALLEST);
  const powers = values.map((value) => Math.max(value, floor) ** power);
  const result = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let k = 0; k < size; k++) sum += vectors[row * size + k] * powers[k] * vectors[column * size + k];
      result[row * size + column] = sum;
    }
  }
  return result;
}

export function multiply(a: SquareMatrix, b: SquareMatrix): SquareMatrix {
  const size = Math.sqrt(a.length);
  return a.map((_, at) => {
    const row = Math.floor(at / size) * size;
    let sum = 0;
    for (let k = 0; k < size; k++) sum += a[row + k] * b[k * size + (at % size)];
    return sum;
  });
}

export function identity(size: number): SquareMatrix {
  return Float64Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
}

function eigenvectors(matrix: SquareMatrix): { values: Float64Array; vectors: SquareMatrix; size: number } {
  const size = Math.sqrt(matrix.length);
  const rest = matrix.slice();
  const vectors = identity(size);
  for (let sweep = 0; sweep < MAXIMUM_SWEEPS && !isDiagonal(rest, size); sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(rest, vectors, size, p, q);
    }
  }
  return { values: Float64Array.from({ length: size }, (_, i) => rest[i * (size + 1)]), vectors, size };
}

function isDiagonal(matrix: SquareMatrix, size: number): boolean {
  let outside = 0;
  let all = 0;
  matrix.forEach((value, at) => {
    all += value * value;
    if (at % (size + 1) !== 0) outside += value * value;
  });
  return outside <= 1e-24 * all;
}

/** Rotates the plane of axes p and q so that the matrix's element (p, q) becomes 0. */
function rotate(matrix: SquareMatrix, vectors: SquareMatrix, size: number, p: number, q: number): void {
  const element = matrix[p * size + q];
  if (element === 0) return;
  const theta = (matrix[q * size + q] - matrix[p * size + p]) / (2 * element);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(tangent * tangent + 1);
  const sine = tangent * cosine;
  const mix = (target: SquareMatrix, first: number, second: number) => {
    const [a, b] = [target[first], target[second]];
    target[first] = cosine * a - sine * b;
    target[second] = sine * a + cosine * b;
  };
  for (let k = 0; k < size; k++) mix(matrix, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) mix(matrix, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) mix(vectors, k * size + p, k * size + q);
}
