// A normal distribution with a full covariance, kept as sums, so that two can be made one without their frames.

export class Gaussian {
  private logDeterminantMemo: number | undefined;

  constructor(
    readonly dimensions: number,
    public count = 0,
    private readonly sums = new Float64Array(dimensions),
    /** Lower triangle of the sum of products, row by row. */
    private readonly products = new Float64Array((dimensions * (dimensions + 1)) / 2),
  ) {}

  /** Adds a frame: `dimensions` values of `data` from `offset`. */
  add(data: Float32Array, offset: number): void {
    const { dimensions, sums, products } = this;
    for (let row = 0, at = 0; row < dimensions; row++) {
      const value = data[offset + row];
      sums[row] += value;
      for (let column = 0; column <= row; column++) products[at++] += value * data[offset + column];
    }
    this.count++;
    this.logDeterminantMemo = undefined;
  }

  /** Of the frames of both. */
  with(other: Gaussian): Gaussian {
    const joined = new Gaussian(this.dimensions, this.count + other.count);
    for (let i = 0; i < this.sums.length; i++) joined.sums[i] = this.sums[i] + other.sums[i];
    for (let i = 0; i < this.products.length; i++) joined.products[i] = this.products[i] + other.products[i];
    return joined;
  }

  /** The logarithm of the covariance's determinant. */
  get logDeterminant(): number {
    return (this.logDeterminantMemo ??= this.density().logDeterminant);
  }

  /** For the log-likelihood of frames. */
  density(): Density {
    return new Density(this.dimensions, this.mean(), this.factor());
  }

  private mean(): Float64Array {
    return this.sums.map((sum) => sum / Math.max(1, this.count));
  }

  /** Cholesky's factor of the covariance, lower triangle, row by row. */
  private factor(): Float64Array {
    const { dimensions, products, count } = this;
    const mean = this.mean();
    const factor = new Float64Array(products.length);
    for (let row = 0, at = 0; row < dimensions; row++) {
      const rowStart = (row * (row + 1)) / 2;
      for (let column = 0; column <= row; column++, at++) {
        const columnStart = (column * (column + 1)) / 2;
        let value = products[at] / Math.max(1, count) - mean[row] * mean[column];
        for (let k = 0; k < column; k++) value -= factor[rowStart + k] * factor[columnStart + k];
        factor[at] = row === column ? Math.sqrt(Math.max(value, LEAST_VARIANCE)) : value / factor[columnStart + column];
      }
    }
    return factor;
  }
}

/** Few frames may lie in a plane. */
const LEAST_VARIANCE = 1e-3;

export class Density {
  readonly logDeterminant: number;

  constructor(
    private readonly dimensions: number,
    private readonly mean: Float64Array,
    private readonly factor: Float64Array,
  ) {
    let sum = 0;
    for (let row = 0; row < dimensions; row++) sum += Math.log(factor[(row * (row + 3)) / 2]);
    this.logDeterminant = 2 * sum;
  }

  /** Up to what is the same for all densities of as many dimensions. */
  logLikelihood(data: Float32Array, offset: number): number {
    const { dimensions, mean, factor } = this;
    const solved = new Float64Array(dimensions);
    let squares = 0;
    for (let row = 0, at = 0; row < dimensions; row++) {
      let value = data[offset + row] - mean[row];
      for (let column = 0; column < row; column++) value -= factor[at++] * solved[column];
      solved[row] = value / factor[at++];
      squares += solved[row] * solved[row];
    }
    return -0.5 * (squares + this.logDeterminant);
  }
}
