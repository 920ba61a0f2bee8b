// GELU as Hugging Face's `gelu`: with the error function itself, not with tanh (Hendrycks & Gimpel 2016).
import * as tf from '@tensorflow/tfjs-core';

/** x · Φ(x). Written in the order that onnxruntime recognises and computes at once. */
export function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, tf.add(tf.erf(tf.div(x, Math.SQRT2)), 1)), 0.5);
}
