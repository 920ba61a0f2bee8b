// Convolutions of any number of axes in PyTorch's layouts: x [B, C, ...], w [out, in/groups, ...kernel]. conv1d and conv2d are
// thin fronts of what is here. Measured on onnxruntime's CPU provider: a weight gradient is fastest as one matrix product per
// kernel tap, an input gradient at stride 1 as a plain Conv with the kernel flipped.
import * as tf from '@tensorflow/tfjs-core';

import { type Value } from '../graph';
import { type Recorder } from '../recorder';
import { defineFusedOp } from './define-fused-op';

export interface ConvolutionAttributes {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros before and after each axis. */
  readonly pads: readonly (readonly [number, number])[];
  readonly groups: number;
}

interface Inputs extends Readonly<Record<string, tf.Tensor | undefined>> {
  x: tf.Tensor;
  w: tf.Tensor;
  bias?: tf.Tensor;
}

/** Every position of a kernel of the given sizes, in row-major order. */
export function kernelTaps(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (taps, size) => taps.flatMap((tap) => Array.from({ length: size }, (_, i) => [...tap, i])),
    [[]],
  );
}

export function outputLengths(
  lengths: readonly number[],
  kernel: readonly number[],
  { strides, dilations, pads }: ConvolutionAttributes,
): number[] {
  return lengths.map((length, axis) => {
    const span = dilations[axis] * (kernel[axis] - 1) + 1;
    return Math.floor((length + pads[axis][0] + pads[axis][1] - span) / strides[axis]) + 1;
  });
}

const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** Reads every `strides`-th element from `offset` on, `counts` of them, with ops that tfjs can differentiate. */
function sample(
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

function pad(x: tf.Tensor, pads: readonly (readonly [number, number])[]): tf.Tensor {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  return tf.pad(x, [[0, 0], [0, 0], ...pads.map(([before, after]): [number, number] => [before, after])]);
}

/** One matrix product per kernel tap. */
function compose({ x, w, bias }: Inputs, attributes: ConvolutionAttributes): tf.Tensor {
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

function onnxPads(pads: readonly (readonly [number, number])[]): number[] {
  return [...pads.map(([before]) => before), ...pads.map(([, after]) => after)];
}

function recordConvolution(
  recorder: Recorder,
  { x, w, bias }: { x?: Value; w?: Value; bias?: Value },
  attributes: ConvolutionAttributes,
): Value[] {
  const kernel = w!.shape.slice(2);
  const shape = [x!.shape[0], w!.shape[0], ...outputLengths(x!.shape.slice(2), kernel, attributes)];
  const inputs = bias ? [x!, w!, bias] : [x!, w!];
  return [
    recorder.node('Conv', inputs, shape, x!.type, {
      kernel_shape: kernel,
      strides: attributes.strides,
      dilations: attributes.dilations,
      pads: onnxPads(attributes.pads),
      group: attributes.groups,
    }),
  ];
}

/** x [B, C, ...], w [out, in/groups, ...kernel], bias [out] → [B, out, ...]; recorded as ONNX Conv. */
export const convolution = defineFusedOp<Inputs, ConvolutionAttributes>({
  name: 'Convolution',
  compose,
  record: recordConvolution,
  gradient(dy, { x, w, bias }, _saved, attributes) {
    const lengths = x.shape.slice(2);
    return {
      x: inputGradient(dy, w, lengths, attributes),
      w: kernelGradient(x, dy, w.shape.slice(2), attributes),
      ...(bias && { bias: tf.sum(dy, [0, ...lengths.map((_, axis) => axis + 2)]) }),
    };
  },
});

/** The kernel with its taps reversed and its channels exchanged: what convolves an output back to the input. */
function flippedKernel(w: tf.Tensor, groups: number): tf.Tensor {
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

function inputGradient(
  dy: tf.Tensor,
  w: tf.Tensor,
  lengths: readonly number[],
  attributes: ConvolutionAttributes,
): tf.Tensor {
  const { strides, dilations, pads, groups } = attributes;
  const kernel = w.shape.slice(2);
  if (strides.every((stride) => stride === 1)) {
    const back = kernel.map((size, axis): [number, number] => {
      const reach = dilations[axis] * (size - 1);
      return [reach - pads[axis][0], reach - pads[axis][1]];
    });
    if (back.every(([before, after]) => before >= 0 && after >= 0)) {
      return convolution({ x: dy, w: flippedKernel(w, groups) }, { strides, dilations, pads: back, groups });
    }
  }
  const outputPads = kernel.map((size, axis) => {
    const full =
      (dy.shape[axis + 2] - 1) * strides[axis] + dilations[axis] * (size - 1) + 1 - pads[axis][0] - pads[axis][1];
    return lengths[axis] - full;
  });
  return transposedConvolution({ x: dy, w }, { strides, dilations, pads, groups, outputPads });
}

/** The gradient of a convolution with respect to its kernel: x [B, C, ...], dy [B, out, ...] → [out, C/groups, ...kernel]. */
export const kernelGradientOp = defineFusedOp<
  { x: tf.Tensor; dy: tf.Tensor },
  ConvolutionAttributes & { kernel: readonly number[] }
>({
  name: 'ConvolutionKernelGradient',
  compose: ({ x, dy }, { kernel, ...attributes }) => {
    const shape = [dy.shape[1]!, x.shape[1]! / attributes.groups, ...kernel];
    return tf.grad((w) => compose({ x, w }, attributes))(tf.zeros(shape), dy);
  },
  record(recorder, { x, dy }, { kernel, strides, dilations, pads, groups }) {
    const [batch, channels] = x!.shape;
    const [, outChannels, ...counts] = dy!.shape;
    const positions = product(counts);
    const padded = recordPad(recorder, x!, pads);
    const gradient = recorder.reshape(dy!, [batch, groups, outChannels / groups, positions]);
    const taps = kernelTaps(kernel).map((tap) => {
      const seen = tap.reduce((value, position, axis) => {
        const start = position * dilations[axis];
        const wholeAxis = start === 0 && strides[axis] === 1 && value.shape[axis + 2] === counts[axis];
        return wholeAxis ? value : recorder.slice(value, axis + 2, start, counts[axis], strides[axis]);
      }, padded);
      const columns = recorder.reshape(seen, [batch, groups, channels / groups, positions]);
      const perExample = recorder.matMul(gradient, columns, false, true); // (B, G, O/G, C/G)
      const summed = recorder.reduce('ReduceSum', perExample, [0], false);
      return recorder.reshape(summed, [outChannels, channels / groups, 1]);
    });
    const shape = [outChannels, channels / groups, taps.length];
    const joined = taps.length === 1 ? taps[0] : recorder.node('Concat', taps, shape, x!.type, { axis: 2 });
    return [recorder.reshape(joined, [outChannels, channels / groups, ...kernel])];
  },
});

function recordPad(recorder: Recorder, x: Value, pads: readonly (readonly [number, number])[]): Value {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  const all: (readonly [number, number])[] = [[0, 0], [0, 0], ...pads];
  const shape = x.shape.map((size, axis) => size + all[axis][0] + all[axis][1]);
  return recorder.node('Pad', [x, recorder.integers(onnxPads(all)), recorder.scalar(0, x.type)], shape, x.type, {
    mode: 'constant',
  });
}

function kernelGradient(
  x: tf.Tensor,
  dy: tf.Tensor,
  kernel: readonly number[],
  attributes: ConvolutionAttributes,
): tf.Tensor {
  return kernelGradientOp({ x, dy }, { ...attributes, kernel });
}

export interface TransposedAttributes extends ConvolutionAttributes {
  /** Extra elements at the end of each axis. */
  readonly outputPads: readonly number[];
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
function composeTransposed({ x, w, bias }: Inputs, attributes: TransposedAttributes): tf.Tensor {
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
  return compose({ x: cut, w: flippedKernel(w, groups), bias }, plain);
}

/** x [B, in, ...], w [in, out/groups, ...kernel], bias [out] → [B, out, ...]; recorded as ONNX ConvTranspose. */
export const transposedConvolution = defineFusedOp<Inputs, TransposedAttributes>({
  name: 'TransposedConvolution',
  compose: composeTransposed,
  record(recorder, { x, w, bias }, { strides, dilations, pads, groups, outputPads }) {
    const kernel = w!.shape.slice(2);
    const lengths = kernel.map((size, axis) => {
      const full = (x!.shape[axis + 2] - 1) * strides[axis] + dilations[axis] * (size - 1) + 1;
      return full - pads[axis][0] - pads[axis][1] + outputPads[axis];
    });
    const shape = [x!.shape[0], w!.shape[1] * groups, ...lengths];
    const inputs = bias ? [x!, w!, bias] : [x!, w!];
    const attributes = {
      kernel_shape: kernel,
      strides,
      dilations,
      pads: onnxPads(pads),
      group: groups,
      output_padding: outputPads,
    };
    return [recorder.node('ConvTranspose', inputs, shape, x!.type, attributes)];
  },
  gradient(dy, { x, w, bias }, _saved, { outputPads: _outputPads, ...attributes }) {
    return {
      x: convolution({ x: dy, w }, attributes),
      w: kernelGradient(dy, x, w.shape.slice(2), attributes),
      ...(bias && { bias: tf.sum(dy, [0, ...attributes.strides.map((_, axis) => axis + 2)]) }),
    };
  },
});
