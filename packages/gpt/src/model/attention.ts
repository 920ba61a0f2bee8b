import * as tf from '@tensorflow/tfjs-core';
export function multiHeadAttention(q: tf.Tensor3D, k: tf.Tensor3D, v: tf.Tensor3D, { heads, mask }: { heads: number; mask?: tf.Tensor }): tf.Tensor3D {
  const [B, Tq, W] = q.shape;
  const split = (x: tf.Tensor3D) => tf.transpose(tf.reshape(x, [B, x.shape[1], heads, W / heads]), [0, 2, 1, 3]);
  let s: tf.Tensor = tf.mul(tf.matMul(split(q), split(k), false, true), 1 / Math.sqrt(W / heads));
  if (mask) s = tf.add(s, mask);
  return tf.reshape(tf.transpose(tf.matMul(tf.softmax(s), split(v)), [0, 2, 1, 3]), [B, Tq, W]);
}
