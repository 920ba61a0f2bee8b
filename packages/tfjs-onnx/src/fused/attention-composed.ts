// Attention in plain tfjs ops: what the fused forms stand for.
import * as tf from '@tensorflow/tfjs-core';

export interface AttentionInputs extends Readonly<Record<string, tf.Tensor | undefined>> {
  query: tf.Tensor;
  key: tf.Tensor;
  value: tf.Tensor;
  mask?: tf.Tensor;
}

/** softmax(q·kᵀ/√d + mask)·v on q [..., Tq, D], k and v [..., Tk, D]. */
export function scaledDotProductAttention(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  mask?: tf.Tensor,
): tf.Tensor {
  const width = query.shape[query.rank - 1];
  // Scaling the queries touches fewer numbers than scaling the scores.
  const scores = tf.matMul(tf.mul(query, 1 / Math.sqrt(width)), key, false, true);
  return tf.matMul(tf.softmax(mask ? tf.add(scores, mask) : scores), value);
}

export interface Heads {
  readonly heads: number;
}

/** [B, T, W] → [B, H, T, W/H] */
export function splitHeads(x: tf.Tensor, heads: number): tf.Tensor {
  const [batch, length, width] = x.shape;
  return tf.transpose(tf.reshape(x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** [B, H, T, D] → [B, T, H·D] */
export function joinHeads(x: tf.Tensor): tf.Tensor {
  const [batch, heads, length, width] = x.shape;
  return tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [batch, length, heads * width]);
}

export function composeAttention({ query, key, value, mask }: AttentionInputs, { heads }: Heads): tf.Tensor {
  return joinHeads(
    scaledDotProductAttention(splitHeads(query, heads), splitHeads(key, heads), splitHeads(value, heads), mask),
  );
}
