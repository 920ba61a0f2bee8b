import { seededRandom } from './random';
import { transport } from './speaker-alignment';
import { identity, multiply, symmetricPower, type SquareMatrix } from './symmetric-matrix';

/** A random covariance: A·Aᵀ plus a little of the identity. */
function covariance(size: number, seed: number): SquareMatrix {
  const random = seededRandom(seed);
  const a = Float64Array.from({ length: size * size }, () => random() - 0.5);
  const transposed = a.map((_, at) => a[(at % size) * size + Math.floor(at / size)]);
  return multiply(a, transposed).map((value, at) => value + 0.05 * identity(size)[at]);
}

function expectClose(actual: SquareMatrix, expected: SquareMatrix): void {
  actual.forEach((value, at) => expect(value).toBeCloseTo(expected[at], 8));
}

test('roots and inverses multiply back', () => {
  const matrix = covariance(14, 1);
  const root = symmetricPower(matrix, 1 / 2);
  expectClose(multiply(root, root), matrix);
  expectClose(multiply(symmetricPower(matrix, -1), matrix), identity(14));
});

test('a singular matrix has a finite inverse root', () => {
  expect(symmetricPower(new Float64Array(9), -1 / 2).every(Number.isFinite)).toBe(true);
  expect(symmetricPower(Float64Array.from([1, 1, 1, 1]), -1 / 2).every(Number.isFinite)).toBe(true);
});

test('transport turns one covariance into the other, and does nothing between equals', () => {
  const [from, to] = [covariance(6, 2), covariance(6, 3)];
  const map = transport(from, to);
  expectClose(multiply(multiply(map, from), map), to); // the map is symmetric
  expectClose(transport(from, from), identity(6));
});
