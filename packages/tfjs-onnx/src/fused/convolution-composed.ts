// Convolutions as compositions of tfjs ops that tfjs can differentiate on any backend: one matrix product per kernel tap.
import * as tf from '@tensorflow/tfjs-core';

import {
  type ConvolutionAttributes,
  type ConvolutionInputs,
  kernelTaps,
  outputLengths,
  product,
  type TransposedAttributes,
} from './convolution-attributes';

/** Reads every `strides`-th element from `offset` on, `counts` of them, with ops that tfjs can differentiate. */
export function sample(
  padded: tf.Tensor,
  offset: readonly number[],
  counts: readonly number[],
  strides: readonly number[],
): tf.Tensor {
  return offset.reduce((x, start, spatial) => {
    const axis = spatial + 2;
    const [count, stride] = [counts[spatial], strides[spatial]];
    const begin = x.shape.map((_, i) => (i === axis ? start : 0));
    const taken = tf.slice(
      x,
      begin,
      x.shape.map((size, i) => (i === axis ? (count - 1) * stride + 1 : size)),
    );
    if (stride === 1) return taken;
    // tfjs has no gradient for StridedSlice: fill up to whole strides, then take the first of each.
    const filled = tf.pad(
      taken,
      x.shape.map((_, i) => (i === axis ? [0, stride - 1] : [0, 0]) as [number, number]),
    );
    const rows = tf.reshape(
      filled,
      x.shape.flatMap((size, i) => (i === axis ? [count, stride] : [size])),
    );
    const first = tf.slice(
      rows,
      rows.shape.map(() => 0),
      rows.shape.map((size, i) => (i === axis + 1 ? 1 : size)),
    );
    return tf.reshape(
      first,
      x.shape.map((size, i) => (i === axis ? count : size)),
    );
  }, padded);
}

export function pad(x: tf.Tensor, pads: readonly (readonly [number, number])[]): tf.Tensor {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  return tf.pad(x, [[0, 0], [0, 0], ...pads.map(([before, after]): [number, number] => [before, after])]);
}

/** See `convolution`. */
export function composeConvolution({ x, w, bias }: ConvolutionInputs, attributes: ConvolutionAttributes): tf.Tensor {
  const { strides, dilations, pads, groups } = attributes;
  const [batch, channels, ...lengths] = x.shape;
  const [outChannels, groupChannels, ...kernel] = w.shape;
  const counts = outputLengths(lengths, kernel, attributes);
  const positions = product(counts);
  const padded = pad(x, pads);
  const weights = tf.reshape(w, [groups, outChannels / groups, groupChannels, product(kernel)]);
  const sums = kernelTaps(kernel).map((tap, index) => {
    const seen = sample(
      padded,
      tap.map((position, axis) => position * dilations[axis]),
      counts,
      strides,
    );
    // (G, C/G, B·positions)
    const columns = tf.reshape(tf.transpose(tf.reshape(seen, [batch, channels, positions]), [1, 0, 2]), [
      groups,
      channels / groups,
      batch * positions,
    ]);
    const taps = tf.reshape(tf.slice(weights, [0, 0, 0, index], [-1, -1, -1, 1]), [
      groups,
      outChannels / groups,
      groupChannels,
    ]);
    return tf.matMul(taps, columns); // (G, O/G, B·positions)
  });
  const summed = tf.reshape(
    sums.reduce((a, b) => tf.add(a, b)),
    [outChannels, batch, positions],
  );
  const y = tf.reshape(tf.transpose(summed, [1, 0, 2]), [batch, outChannels, ...counts]);
  return bias ? tf.add(y, tf.reshape(bias, [outChannels, ...kernel.map(() => 1)])) : y;
}

/** The kernel with its taps reversed and its channels exchanged: what convolves an output back to the input. */
export function flippedKernel(w: tf.Tensor, groups: number): tf.Tensor {
  const [outChannels, groupChannels, ...kernel] = w.shape;
  const spatial = kernel.map((_, axis) => axis + 3);
  const grouped = tf.transpose(tf.reshape(w, [groups, outChannels / groups, groupChannels, ...kernel]), [
    0,
    2,
    1,
    ...spatial,
  ]);
  const exchanged = tf.reshape(grouped, [groups * groupChannels, outChannels / groups, ...kernel]);
  const long = kernel.map((size, axis) => (size > 1 ? axis + 2 : -1)).filter((axis) => axis >= 0);
  return long.length > 0 ? tf.reverse(exchanged, long) : exchanged;
}

/** Zeros between the elements of a spatial axis, so that they lie `stride` apart. */
function spread(x: tf.Tensor, axis: number, stride: number): tf.Tensor {
  if (stride === 1) return x;
  const count = x.shape[axis];
  const apart = tf.reshape(
    x,
    x.shape.flatMap((size, i) => (i === axis ? [size, 1] : [size])),
  );
  const filled = tf.pad(
    apart,
    apart.shape.map((_, i) => (i === axis + 1 ? [0, stride - 1] : [0, 0]) as [number, number]),
  );
  const joined = tf.reshape(
    filled,
    x.shape.map((size, i) => (i === axis ? size * stride : size)),
  );
  return tf.slice(
    joined,
    joined.shape.map(() => 0),
    joined.shape.map((size, i) => (i === axis ? (count - 1) * stride + 1 : size)),
  );
}

/** A transposed convolution is a convolution of the spread input with the flipped kernel. */
export function composeTransposedConvolution(
  { x, w, bias }: ConvolutionInputs,
  attributes: TransposedAttributes,
): tf.Tensor {
  const { strides, dilations, pads, groups, outputPads } = attributes;
  const kernel = w.shape.slice(2);
  const wide = kernel.reduce((value, _, axis) => spread(value, axis + 2, strides[axis]), x);
  // Negative amounts cut instead of padding.
  const amounts = kernel.map((size, axis): [number, number] => {
    const reach = dilations[axis] * (size - 1);
    return [reach - pads[axis][0], reach - pads[axis][1] + outputPads[axis]];
  });
  const padded = pad(
    wide,
    amounts.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]),
  );
  const cut = amounts.reduce((value, [before, after], axis) => {
    if (before >= 0 && after >= 0) return value;
    const begin = value.shape.map((_, i) => (i === axis + 2 ? Math.max(0, -before) : 0));
    const size = value.shape.map((length, i) =>
      i === axis + 2 ? length + Math.min(0, before) + Math.min(0, after) : length,
    );
    return tf.slice(value, begin, size);
  }, padded);
  const plain: ConvolutionAttributes = {
    strides: strides.map(() => 1),
    dilations,
    pads: strides.map(() => [0, 0] as const),
    groups,
  };
  return composeConvolution({ x: cut, w: flippedKernel(w, groups), bias }, plain);
}
