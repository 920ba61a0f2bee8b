// Small tensor helpers that several modules share.
// Shapes: B batch, C channels, T time.
import * as tf from '@tensorflow/tfjs-core';

/** x where `mask` is 1, zero elsewhere; without a mask, x itself. */
export function masked(x: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  return mask ? tf.mul(x, mask) : x;
}

/** `compute(x)`, whose gradient is `gradient(dy)` instead of its own: for steps that have none. */
export function withGradient(
  x: tf.Tensor,
  compute: (x: tf.Tensor) => tf.Tensor,
  gradient: (dy: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  return tf.customGrad((...inputs) => ({ value: compute(inputs[0] as tf.Tensor), gradFunc: gradient }))(x);
}

/**
 * The same value, through which no gradient flows. A computation of gradients still walks the way back to it, with zeros: where that way leads
 * through another gradient, training needs its own `stopGradient`.
 */
export function detached(x: tf.Tensor): tf.Tensor {
  return withGradient(x, (value) => value.clone(), tf.zerosLike);
}

/** Splits [B, 2·C, T] into its two halves of channels. */
export function splitChannels(x: tf.Tensor): [tf.Tensor, tf.Tensor] {
  const [batch, channels, time] = x.shape;
  const half = channels / 2;
  return [tf.slice(x, [0, 0, 0], [batch, half, time]), tf.slice(x, [0, half, 0], [batch, half, time])];
}

/** [B, C, T] ⇄ [B, T, C]. */
export function swapChannelsAndTime(x: tf.Tensor): tf.Tensor {
  return tf.transpose(x, [0, 2, 1]);
}

/** Repeats every time step `times` times: nearest-neighbour upsampling of [B, C, T] to [B, C, times·T]. */
export function repeatTime(x: tf.Tensor, times: number): tf.Tensor {
  const [batch, channels, time] = x.shape;
  const repeated = tf.tile(tf.reshape(x, [batch, channels, time, 1]), [1, 1, 1, times]);
  return tf.reshape(repeated, [batch, channels, time * times]);
}

/**
 * Reflection padding of the last axis (the edge sample itself is not repeated), as PyTorch's `reflect`.
 * Written out because the gradient of tfjs's `mirrorPad` forgets the reflected part.
 */
export function reflectPad(x: tf.Tensor, left: number, right: number): tf.Tensor {
  const axis = x.rank - 1;
  const length = x.shape[axis];
  const cut = (begin: number, size: number) =>
    tf.slice(x, [...new Array<number>(axis).fill(0), begin], [...x.shape.slice(0, axis), size]);
  const parts: tf.Tensor[] = [];
  if (left > 0) parts.push(tf.reverse(cut(1, left), axis));
  parts.push(x);
  if (right > 0) parts.push(tf.reverse(cut(length - 1 - right, right), axis));
  return parts.length === 1 ? x : tf.concat(parts, axis);
}

/** Hops [B, F + reach − 1, hop] → frames that reach over several [B, F, reach·hop]. */
export function overlappingFrames(hops: tf.Tensor, reach: number): tf.Tensor {
  const [batch, count, hop] = hops.shape;
  const frames = count! - reach + 1;
  return tf.concat(
    Array.from({ length: reach }, (_, r) => tf.slice(hops, [0, r, 0], [batch, frames, hop!])),
    2,
  );
}

/** 0, 1, … T−1 as float32. A running sum, not a table, so that a trace with a symbolic length still holds. */
export function positions(length: number): tf.Tensor1D {
  return tf.cumsum(tf.ones([length]), 0, true) as tf.Tensor1D;
}

/** Cuts a window of `frames` out of every item of [B, C, T], item b starting at `starts[b]` (int32 [B]); differentiable in x. */
export function sliceSegments(x: tf.Tensor, starts: tf.Tensor, frames: number): tf.Tensor {
  const [batch, , time] = x.shape;
  // One-hot columns and a product instead of a gather: its gradient is a product too.
  const wanted = tf.add(
    tf.reshape(tf.cast(starts, 'float32'), [batch, 1, 1]),
    tf.reshape(positions(frames), [1, 1, frames]),
  );
  const choose = tf.cast(tf.equal(tf.reshape(positions(time), [1, time, 1]), wanted), 'float32'); // (B, T, S)
  return tf.matMul(x, choose); // (B, C, S)
}
