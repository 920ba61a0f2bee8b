// What ConGPT is trained on: masked cross-entropy over speech targets, with the accuracies that upstream logs (top-1, top-3).
// B batch, T positions, V semantic vocabulary.
import * as tf from '@tensorflow/tfjs-core';

export interface CrossEntropy {
  /** Mean negative log-likelihood of a target, in nats; the quantity to minimise. */
  loss: tf.Scalar;
  /** Share of targets that are the likeliest token. */
  top1: tf.Scalar;
  /** Share of targets among the three likeliest tokens. */
  top3: tf.Scalar;
  /** How many positions counted (the sum of the weights). */
  targets: tf.Scalar;
}

/**
 * Masked cross-entropy.
 * @param logits `[B, T, V]`
 * @param targets int32 `[B, T]`, any valid id where the weight is 0
 * @param weights float32 `[B, T]`: 1 where a target counts, 0 elsewhere (padding, text, excluded turns)
 */
export function maskedCrossEntropy(logits: tf.Tensor3D, targets: tf.Tensor2D, weights: tf.Tensor2D): CrossEntropy {
  const [batch, length, vocabulary] = logits.shape;
  const flat = tf.reshape(logits, [batch * length, vocabulary]) as tf.Tensor2D;
  const chosen = tf.oneHot(tf.reshape(targets, [batch * length]) as tf.Tensor1D, vocabulary);
  const weight = tf.reshape(weights, [batch * length]);
  const count = tf.sum(weight) as tf.Scalar;
  const denominator = tf.maximum(count, 1); // A batch without a target has a loss of 0, not NaN.
  const mean = (perPosition: tf.Tensor): tf.Scalar => tf.div(tf.sum(tf.mul(perPosition, weight)), denominator);

  const onlyTarget = tf.cast(chosen, 'float32');
  const surprise = tf.neg(tf.sum(tf.mul(tf.logSoftmax(flat), onlyTarget), 1)); // (B·T)
  // How many tokens are likelier than the target: a rank needs no sorting.
  const targetLogit = tf.sum(tf.mul(flat, onlyTarget), 1, true); // (B·T, 1)
  const rank = tf.sum(tf.cast(tf.greater(flat, targetLogit), 'float32'), 1); // (B·T)
  const within = (places: number): tf.Scalar => mean(tf.cast(tf.less(rank, places), 'float32'));
  return { loss: mean(surprise), top1: within(1), top3: within(3), targets: count };
}
