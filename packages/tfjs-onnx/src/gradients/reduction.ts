// Gradients of sums, means, extremes, softmax and matrix products.
import * as tf from '@tensorflow/tfjs-core';

import { axesOf } from '../kernels/kernel';
import { type Gradient, type GradientTable, noGradient, sumToShape } from './gradient';

/** `y` with the reduced axes back, as axes of length one. */
function restoreAxes(y: tf.Tensor, x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  return tf.reshape(
    y,
    x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size)),
  );
}

const sum: Gradient = {
  save: ['x'],
  of: (dy, [x], { axis }) => ({ x: () => tf.broadcastTo(restoreAxes(dy, x, axesOf(axis, x.rank)), x.shape) }),
};

const mean: Gradient = {
  save: ['x'],
  of: (dy, [x], { axis }) => ({
    x: () => {
      const axes = axesOf(axis, x.rank);
      const count = axes.reduce((total, one) => total * x.shape[one], 1);
      return tf.broadcastTo(restoreAxes(tf.mul(dy, 1 / count), x, axes), x.shape);
    },
  }),
};

/** Every element that attains the extreme receives the gradient. */
const extreme: Gradient = {
  save: ['x'],
  saveOutput: true,
  of: (dy, [x, y], attributes) => ({
    x: () => {
      const axes = axesOf(attributes.axis ?? attributes.reductionIndices, x.rank);
      return tf.mul(restoreAxes(dy, x, axes), tf.cast(tf.equal(x, restoreAxes(y, x, axes)), 'float32'));
    },
  }),
};

const runningSum: Gradient = {
  of: (dy, _saved, { axis, exclusive, reverse }) => ({
    x: () => tf.cumsum(dy, axis as number, Boolean(exclusive), !reverse),
  }),
};

const softmax: Gradient = {
  saveOutput: true,
  of: (dy, [y], { dim }) => ({
    logits: () => {
      const weighted = tf.mul(dy, y);
      return tf.sub(weighted, tf.mul(tf.sum(weighted, dim as number, true), y));
    },
  }),
};

const logSoftmax: Gradient = {
  saveOutput: true,
  of: (dy, [y], { axis }) => ({
    logits: () => tf.sub(dy, tf.mul(tf.sum(dy, (axis as number | undefined) ?? -1, true), tf.exp(y))),
  }),
};

/** An element's gradient is the product of all others: of those before it and of those behind it. */
const product: Gradient = {
  save: ['x'],
  of: (dy, [x], { axis }) => ({
    x: () => {
      const axes = axesOf(axis, x.rank);
      const order = [...x.shape.map((_, i) => i).filter((i) => !axes.includes(i)), ...axes];
      const moved = tf.transpose(tf.cast(x, 'float32'), order);
      const kept = moved.shape.slice(0, x.rank - axes.length);
      const rows = tf.reshape(moved, [...kept, axes.reduce((total, one) => total * x.shape[one], 1)]);
      const last = rows.rank - 1;
      const others = tf.mul(tf.cumprod(rows, last, true, false), tf.cumprod(rows, last, true, true));
      const gradient = tf.mul(tf.reshape(dy, [...kept, 1]), others);
      const undo: number[] = [];
      order.forEach((from, position) => (undo[from] = position));
      return tf.transpose(tf.reshape(gradient, moved.shape), undo);
    },
  }),
};

/** All but the last axis as one. */
const asRows = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, x.shape[x.rank - 1]]);

const matMul: Gradient = {
  save: ['a', 'b'],
  of: (dy, [a, b], attributes) => {
    const transposeA = Boolean(attributes.transposeA);
    const transposeB = Boolean(attributes.transposeB);
    return {
      a: () =>
        sumToShape(transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB), a.shape),
      b: () => {
        // One matrix for a whole batch: its gradient is a single product over all rows, not a sum of many.
        if (b.rank === 2 && a.rank > 2 && !transposeA) {
          return transposeB
            ? tf.matMul(asRows(dy), asRows(a), true, false)
            : tf.matMul(asRows(a), asRows(dy), true, false);
        }
        return sumToShape(
          transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
          b.shape,
        );
      },
    };
  },
};

export const REDUCTION_GRADIENTS: GradientTable = {
  Sum: sum,
  Mean: mean,
  Max: extreme,
  Min: extreme,
  Cumsum: runningSum,
  Softmax: softmax,
  LogSoftmax: logSoftmax,
  Prod: product,
  BatchMatMul: matMul,
  ...Object.fromEntries(['All', 'Any', 'ArgMax', 'ArgMin'].map((name) => [name, noGradient('x')])),
};
