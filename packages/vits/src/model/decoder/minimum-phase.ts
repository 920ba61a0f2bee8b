// The phase that belongs to a magnitude where a filter answers as early as it can: the Hilbert transform of the log magnitude, by way
// of the real cepstrum (Oppenheim & Schafer, Discrete-Time Signal Processing, ch. 13). Linear in the log magnitude: one product.
import * as tf from '@tensorflow/tfjs-core';
import { detached } from '../tensors';
import { binWeights } from './fourier-basis';

/** Deeper holes in a spectrum are not heard, but would bend the phase everywhere. */
const SMALLEST_LOG_MAGNITUDE = -12;

/** Log magnitudes [B, N, K = fftSize / 2 + 1] → phases in radians, same shape. No gradient flows through it: losses do not measure phase. */
export function minimumPhase(logMagnitude: tf.Tensor, fftSize: number): tf.Tensor {
  const [batch, count, bins] = logMagnitude.shape;
  const clipped = tf.reshape(detached(tf.maximum(logMagnitude, SMALLEST_LOG_MAGNITUDE)), [batch * count!, bins!]);
  return tf.reshape(tf.matMul(clipped as tf.Tensor2D, hilbertMatrix(fftSize)), [batch, count!, bins!]);
}

/** [K, K], computed and not stored, as the Fourier basis: onnxruntime folds it into a constant when it loads the graph. */
function hilbertMatrix(fftSize: number): tf.Tensor2D {
  const bins = fftSize / 2 + 1;
  const bin = tf.range(0, bins, 1);
  const quefrency = tf.range(1, fftSize / 2, 1);
  const angle = tf.mul(
    tf.mod(tf.mul(tf.reshape(bin, [bins, 1]), tf.reshape(quefrency, [1, fftSize / 2 - 1])), fftSize),
    (2 * Math.PI) / fftSize,
  ); // (K, N/2 − 1); products of whole numbers below 2²⁴ are exact
  const weight = tf.mul(binWeights({ fftSize }), -2);
  return tf.matMul(tf.mul(weight, tf.cos(angle)) as tf.Tensor2D, tf.sin(angle) as tf.Tensor2D, false, true);
}
