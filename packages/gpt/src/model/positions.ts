// Sine positions (Vaswani et al. 2017, section 3.5; upstream `SinePositionalEmbedding`): even columns hold sines, odd ones
// cosines. Computed from the position numbers, so that no table has to travel with the model.
// B batch, T positions, W width.
import * as tf from '@tensorflow/tfjs-core';

/** One frequency for each pair of columns: 10000^(-2i / width). */
function frequencies(width: number): Float32Array {
  return Float32Array.from({ length: width / 2 }, (_, pair) => Math.exp(2 * pair * (-Math.log(10_000) / width)));
}

/**
 * Sine position vectors.
 * @param positions int32 `[B, T]`; restarts at 0 in every segment
 * @returns float32 `[B, T, width]`
 */
export function sinePositions(positions: tf.Tensor2D, width: number): tf.Tensor3D {
  const [batch, length] = positions.shape;
  const angles = tf.mul(tf.expandDims(tf.cast(positions, 'float32'), 2), tf.tensor1d(frequencies(width))); // (B, T, W/2)
  const pairs = tf.stack([tf.sin(angles), tf.cos(angles)], 3); // (B, T, W/2, 2)
  return tf.reshape(pairs, [batch, length, width]);
}
