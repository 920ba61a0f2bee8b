// Dropout (Srivastava et al. 2014) whose random numbers come in from outside.
import * as tf from '@tensorflow/tfjs-core';
import { type Noise } from '../noise';

/** Sets a share `rate` of the values to zero and scales the rest by 1 / (1 − rate); without noise (inference), `x` itself. */
export function dropout(x: tf.Tensor, rate: number, noise: Noise | undefined): tf.Tensor {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`A dropout rate is at least 0 and below 1, got ${rate}.`);
  if (!noise || rate === 0) return x;
  const kept = tf.cast(tf.greaterEqual(noise.take(x.shape), rate), 'float32');
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
}
