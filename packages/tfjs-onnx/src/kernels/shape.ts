// Kernels that move elements without changing them: reshaping, cutting, joining, padding, repeating.
import * as tf from '@tensorflow/tfjs-core';

import { elementCount, type Value } from '../graph';
import { axesOf, type Kernel, type KernelResult, type KernelTable } from './kernel';
import { type GraphBuilder } from '../graph-builder';

/** A tensor that repeats one number may take any shape for free. */
function isOneNumber(value: Value): boolean {
  return value.shape.every((size) => size === 1);
}

function reshaped(
  builder: GraphBuilder,
  tensor: tf.TensorInfo,
  shape: readonly number[],
  call: { compact(t: tf.TensorInfo): Value; materialize(t: tf.TensorInfo): Value },
): KernelResult {
  const value = call.compact(tensor);
  if (isOneNumber(value) && elementCount(tensor.shape) !== 1) return { broadcast: builder.reshape(value, []), shape };
  return builder.reshape(call.materialize(tensor), shape);
}

const reshape: Kernel = (call) => {
  const { x } = call.inputs;
  return reshaped(
    call.builder,
    x,
    tf.util.inferFromImplicitShape(call.attributes.shape as number[], elementCount(x.shape)),
    call,
  );
};

const expandDims: Kernel = (call) => {
  const { input } = call.inputs;
  const dim = call.attributes.dim as number;
  const shape = [...input.shape];
  shape.splice(dim < 0 ? input.shape.length + dim + 1 : dim, 0, 1);
  return reshaped(call.builder, input, shape, call);
};

const transpose: Kernel = ({ builder, inputs: { x }, attributes, compact, materialize }) => {
  const permutation = attributes.perm as number[];
  const shape = permutation.map((axis) => x.shape[axis]);
  const value = compact(x);
  if (isOneNumber(value)) return { broadcast: value.shape.length === 0 ? value : builder.reshape(value, []), shape };
  if (value.shape.length === x.shape.length) return { broadcast: builder.transpose(value, permutation), shape };
  return builder.transpose(materialize(x), permutation);
};

/** Cuts `[begin, begin + size)` from every axis that is not taken whole. */
export function cut(builder: GraphBuilder, value: Value, begin: readonly number[], size: readonly number[]): Value {
  const axes = size.map((_, axis) => axis).filter((axis) => begin[axis] !== 0 || size[axis] !== value.shape[axis]);
  if (axes.length === 0) return value;
  const starts = builder.integers(axes.map((axis) => begin[axis]));
  const ends = builder.integers(axes.map((axis) => begin[axis] + size[axis]));
  return builder.node('Slice', [value, starts, ends, builder.integers(axes)], size, value.type);
}

const slice: Kernel = ({ builder, inputs: { x }, attributes, compact, materialize }) => {
  const [begin, size] = tf.slice_util.parseSliceParams(
    x as tf.Tensor,
    attributes.begin as number[],
    attributes.size as number[],
  );
  const value = compact(x);
  if (isOneNumber(value) && elementCount(x.shape) !== 1) return { broadcast: builder.reshape(value, []), shape: size };
  return cut(builder, materialize(x), begin, size);
};

interface SliceInfo {
  finalShapeSparse: number[];
  finalShape: number[];
  begin: number[];
  end: number[];
  strides: number[];
}

const stridedSlice: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const mask = (name: string): number => attributes[name] as number;
  const info: SliceInfo = tf.slice_util.sliceInfo(
    x.shape,
    attributes.begin as number[],
    attributes.end as number[],
    attributes.strides as number[],
    mask('beginMask'),
    mask('endMask'),
    mask('ellipsisMask'),
    mask('newAxisMask'),
    mask('shrinkAxisMask'),
  );
  let value = materialize(x);
  info.strides.forEach((stride, axis) => {
    const count = Math.max(0, Math.ceil((info.end[axis] - info.begin[axis]) / stride));
    if (stride !== 1 || info.begin[axis] !== 0 || count !== value.shape[axis]) {
      value = builder.slice(value, axis, info.begin[axis], count, stride);
    }
  });
  return builder.reshape(value, info.finalShape);
};

const concat: Kernel = ({ builder, inputs, attributes, materialize }) => {
  const tensors = Object.values(inputs);
  const [axis] = axesOf(attributes.axis, tensors[0].shape.length);
  const shape = [...tensors[0].shape];
  shape[axis] = tensors.reduce((total, tensor) => total + tensor.shape[axis], 0);
  if (tensors.length === 1) return materialize(tensors[0]);
  return builder.node('Concat', tensors.map(materialize), shape, tensors[0].dtype as Value['type'], { axis });
};

const pack: Kernel = ({ builder, inputs, attributes, materialize }) => {
  const tensors = Object.values(inputs);
  const [axis] = axesOf(attributes.axis, tensors[0].shape.length + 1);
  const layer = [...tensors[0].shape];
  layer.splice(axis, 0, 1);
  const layers = tensors.map((tensor) => builder.reshape(materialize(tensor), layer));
  const shape = layer.map((size, position) => (position === axis ? tensors.length : size));
  return layers.length === 1 ? layers[0] : builder.node('Concat', layers, shape, layers[0].type, { axis });
};

/** Cuts `axis` into pieces of the given sizes. */
function pieces(builder: GraphBuilder, value: Value, axis: number, sizes: readonly number[]): Value[] {
  if (sizes.length === 1) return [value];
  const outputs = sizes.map((size) => ({
    type: value.type,
    shape: value.shape.map((old, position) => (position === axis ? size : old)),
  }));
  return builder.record('Split', [value, builder.integers(sizes)], outputs, { attributes: { axis } });
}

const unpack: Kernel = ({ builder, inputs: { value }, attributes, materialize }) => {
  const [axis] = axesOf(attributes.axis, value.shape.length);
  const shape = value.shape.filter((_, position) => position !== axis);
  const ones = new Array<number>(value.shape[axis]).fill(1);
  return pieces(builder, materialize(value), axis, ones).map((piece) => builder.reshape(piece, shape));
};

const split: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const [axis] = axesOf(attributes.axis, x.shape.length);
  const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attributes.numOrSizeSplits as number | number[], axis);
  return pieces(builder, materialize(x), axis, sizes);
};

const tile: Kernel = ({ builder, inputs: { x }, attributes, compact, materialize }) => {
  const repetitions = attributes.reps as number[];
  const shape = x.shape.map((size, axis) => size * repetitions[axis]);
  // Repeating axes of length one is what broadcasting does for nothing.
  if (repetitions.every((count, axis) => count === 1 || x.shape[axis] === 1)) return { broadcast: compact(x), shape };
  return builder.node('Tile', [materialize(x), builder.integers(repetitions)], shape, x.dtype as Value['type']);
};

const broadcastTo: Kernel = ({ inputs: { x }, attributes, compact }) => ({
  broadcast: compact(x),
  shape: attributes.shape as number[],
});

/** `value` with `[before, after]` copies of a number around every axis. */
export function padded(
  builder: GraphBuilder,
  value: Value,
  amounts: readonly (readonly [number, number])[],
  filler = 0,
): Value {
  if (amounts.every(([before, after]) => before === 0 && after === 0)) return value;
  const shape = value.shape.map((size, axis) => size + amounts[axis][0] + amounts[axis][1]);
  const around = builder.integers([...amounts.map(([before]) => before), ...amounts.map(([, after]) => after)]);
  return builder.node('Pad', [value, around, builder.scalar(filler, value.type)], shape, value.type, {
    mode: 'constant',
  });
}

const pad: Kernel = ({ builder, inputs: { x }, attributes, materialize }) =>
  padded(
    builder,
    materialize(x),
    attributes.paddings as [number, number][],
    (attributes.constantValue as number | undefined) ?? 0,
  );

/** Reflection leaves the border out; ONNX has it. Symmetric padding repeats the border: reflected in pieces and joined. */
const mirrorPad: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const paddings = attributes.paddings as [number, number][];
  const type = x.dtype as Value['type'];
  if (attributes.mode === 'reflect') {
    const shape = x.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]);
    const amounts = builder.integers([...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)]);
    return builder.node('Pad', [materialize(x), amounts], shape, type, { mode: 'reflect' });
  }
  return paddings.reduce((value, [before, after], axis) => {
    const size = value.shape[axis];
    const parts: Value[] = [];
    if (before > 0) parts.push(builder.slice(value, axis, before - 1, before, -1));
    parts.push(value);
    if (after > 0) parts.push(builder.slice(value, axis, size - 1, after, -1));
    const shape = value.shape.map((old, position) => (position === axis ? old + before + after : old));
    return parts.length === 1 ? value : builder.node('Concat', parts, shape, type, { axis });
  }, materialize(x));
};

const reverse: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const axes = axesOf(attributes.dims, x.shape.length);
  if (axes.length === 0) return materialize(x);
  const all = (number: number): Value => builder.integers(axes.map(() => number));
  return builder.node(
    'Slice',
    [materialize(x), all(-1), all(-Number.MAX_SAFE_INTEGER), builder.integers(axes), all(-1)],
    x.shape,
    x.dtype as Value['type'],
  );
};

const fill: Kernel = ({ builder, attributes }) => {
  const { shape, value, dtype } = attributes as { shape: number[]; value: number; dtype?: tf.DataType };
  return { broadcast: builder.scalar(value, (dtype ?? 'float32') as Value['type']), shape };
};

const range: Kernel = ({ builder, attributes }) => {
  const { start, stop, step, dtype } = attributes as {
    start: number;
    stop: number;
    step: number;
    dtype: Value['type'];
  };
  const count = Math.max(0, Math.ceil((stop - start) / step));
  const numbers = [start, stop, step].map((number) => builder.scalar(number, dtype));
  return builder.node('Range', numbers, [count], dtype);
};

const linSpace: Kernel = ({ builder, attributes }) => {
  const { start, stop, num } = attributes as { start: number; stop: number; num: number };
  const step = num > 1 ? (stop - start) / (num - 1) : 0;
  return builder.constant(
    Float32Array.from({ length: num }, (_, i) => start + i * step),
    [num],
    'float32',
  );
};

/** [...shape] → [...shape, ...shape]: a row n + 1 long per element, read as n long, puts each on the diagonal. */
const diagonal: Kernel = ({ builder, inputs: { x }, materialize }) => {
  const size = elementCount(x.shape);
  const rows = padded(builder, builder.reshape(materialize(x), [size, 1]), [
    [0, 0],
    [0, size],
  ]);
  const flat = cut(builder, builder.reshape(rows, [size * (size + 1)]), [0], [size * size]);
  return builder.reshape(flat, [...x.shape, ...x.shape]);
};

/** What lies between the diagonals `numLower` below and `numUpper` above the main one; a negative number keeps all. */
const bandPart: Kernel = ({ builder, inputs: { input, numLower, numUpper }, materialize }) => {
  const [rows, columns] = input.shape.slice(-2);
  const positions = (count: number, shape: number[]): Value =>
    builder.constant(
      Int32Array.from({ length: count }, (_, i) => i),
      shape,
      'int32',
    );
  const below = builder.binary('Sub', positions(rows, [rows, 1]), positions(columns, [1, columns]));
  const [zero, lower, upper] = [builder.scalar(0, 'int32'), materialize(numLower), materialize(numUpper)];
  const within = (limit: Value, distance: Value): Value =>
    builder.binary(
      'Or',
      builder.binary('Less', limit, zero, 'bool'),
      builder.binary('LessOrEqual', distance, limit, 'bool'),
      'bool',
    );
  const inside = builder.binary('And', within(lower, below), within(upper, builder.unary('Neg', below)), 'bool');
  const value = materialize(input);
  return builder.where(inside, value, builder.scalar(0, value.type));
};

export const SHAPE_KERNELS: KernelTable = {
  Reshape: reshape,
  ExpandDims: expandDims,
  Transpose: transpose,
  Slice: slice,
  StridedSlice: stridedSlice,
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: split,
  Tile: tile,
  BroadcastTo: broadcastTo,
  PadV2: pad,
  MirrorPad: mirrorPad,
  Reverse: reverse,
  Fill: fill,
  Range: range,
  LinSpace: linSpace,
  Diag: diagonal,
  MatrixBandPart: bandPart,
};
