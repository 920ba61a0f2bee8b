// Random numbers as an input. A traced graph cannot draw, and a resumed run must repeat itself bit for bit: so the caller of a model draws
// enough uniform numbers beforehand, and the layers take consecutive slices of that one flat tensor.
import * as tf from '@tensorflow/tfjs-core';
import { ParameterError } from './errors';
import { elementCount } from './initializers';

const SMALLEST_UNIFORM = 2 ** -24;

/**
 * Hands out consecutive slices of a tensor of uniform numbers in [0, 1). A flat one serves what it is asked for as a whole. One with a
 * line for each row of a batch, [rows, numbers], serves each row from its own line, so that what a row gets does not depend on the rows
 * beside it; the rows must then come first in all shapes that are asked for.
 */
export class Noise {
  #used = 0;

  constructor(private readonly uniform: tf.Tensor1D | tf.Tensor2D | undefined) {}

  /** How many numbers have been taken. */
  get used(): number {
    return this.#used;
  }

  /** The next numbers, uniform in [0, 1). @throws ParameterError `noise-exhausted` */
  take(shape: readonly number[]): tf.Tensor {
    const count = elementCount(shape);
    const start = this.#used;
    this.#used += count;
    return this.slice(start, count, shape);
  }

  /** Standard normal numbers (Box–Muller; uses two uniform numbers for each). @throws ParameterError `noise-exhausted` */
  takeNormal(shape: readonly number[]): tf.Tensor {
    const radius = this.take(shape);
    const angle = this.take(shape);
    return tf.tidy(() => {
      const positive = tf.maximum(tf.sub(1, radius), SMALLEST_UNIFORM);
      return tf.mul(tf.sqrt(tf.mul(tf.log(positive), -2)), tf.cos(tf.mul(angle, 2 * Math.PI)));
    });
  }

  protected slice(start: number, count: number, shape: readonly number[]): tf.Tensor {
    if (!this.uniform || start + count > this.uniform.size) {
      const size = this.uniform?.size ?? 0;
      throw new ParameterError(
        'noise-exhausted',
        `The model needs more than the ${size} random numbers it was given; count them with a NoiseMeter.`,
      );
    }
    if (this.uniform.rank === 1) return tf.reshape(tf.slice(this.uniform, [start], [count]), [...shape]);
    const rows = this.uniform.shape[0];
    if (count % rows !== 0)
      throw new ParameterError('noise-rows', `[${shape}] cannot be shared by ${rows} rows of random numbers.`);
    return tf.reshape(tf.slice(this.uniform, [0, start / rows], [rows, count / rows]), [...shape]);
  }
}

/** Stands in for a {@link Noise} to find out how many numbers a function takes: run it once with a meter, then read `used`. */
export class NoiseMeter extends Noise {
  constructor() {
    super(undefined);
  }

  protected override slice(_start: number, _count: number, shape: readonly number[]): tf.Tensor {
    return tf.fill([...shape], 0.5);
  }
}
