// How a gradient is written: per tfjs kernel, from the gradient of the output to the gradients of the inputs.
import * as tf from '@tensorflow/tfjs-core';

type Attributes = Readonly<Record<string, unknown>>;

export interface Gradient {
  readonly save?: readonly string[];
  /** Save the output (after the inputs). */
  readonly saveOutput?: boolean;
  /** The kernel takes a list of inputs; save them all. */
  readonly saveAll?: boolean;
  of(dy: tf.Tensor, saved: tf.Tensor[], attributes: Attributes): Record<string, () => tf.Tensor>;
}

export type GradientTable = Readonly<Record<string, Gradient>>;

/** The gradient of a function of `x` in terms of x and y = f(x). */
export function unaryGradient(
  derivative: (dy: tf.Tensor, x: tf.Tensor, y: tf.Tensor, attributes: Attributes) => tf.Tensor,
): Gradient {
  return {
    save: ['x'],
    saveOutput: true,
    of: (dy, [x, y], attributes) => ({ x: () => derivative(dy, x, y, attributes) }),
  };
}

/** The gradients of a function of `a` and `b` that broadcasts; each is summed over what was broadcast. */
export function binaryGradient(
  left: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor, y: tf.Tensor) => tf.Tensor,
  right: (dy: tf.Tensor, a: tf.Tensor, b: tf.Tensor, y: tf.Tensor) => tf.Tensor,
): Gradient {
  return {
    save: ['a', 'b'],
    saveOutput: true,
    of: (dy, [a, b, y]) => ({
      a: () => sumToShape(left(dy, a, b, y), a.shape),
      b: () => sumToShape(right(dy, a, b, y), b.shape),
    }),
  };
}

/** Nothing flows through: comparisons, roundings, positions. */
export function noGradient(...names: string[]): Gradient {
  return {
    save: names,
    of: (_dy, saved) => Object.fromEntries(names.map((name, index) => [name, () => tf.zeros(saved[index].shape)])),
  };
}

/** Undoes broadcasting: sums `dy` over the axes along which something of shape `shape` was repeated. */
export function sumToShape(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], dy.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, [...shape]);
}
