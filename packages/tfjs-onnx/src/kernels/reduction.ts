// Kernels that sum, average or search along axes, and the running sum.
import { type Value } from '../graph';
import { axesOf, type Kernel, type KernelTable } from './kernel';
import { cut, padded } from './shape';

/** The greatest or the least number; NaN where one of them is no number, which onnxruntime forgets. */
const extreme =
  (op: string): Kernel =>
  ({ builder, inputs: { x }, attributes, materialize }) => {
    // tfjs names the axes differently in different kernels.
    const axes = axesOf(attributes.axis ?? attributes.reductionIndices, x.shape.length);
    const keepDims = Boolean(attributes.keepDims);
    const value = materialize(x);
    if (value.type === 'bool')
      return builder.cast(builder.reduce(op, builder.cast(value, 'int32'), axes, keepDims), 'bool');
    const result = builder.reduce(op, value, axes, keepDims);
    if (value.type !== 'float32' || axes.length === 0) return result;
    const missing = builder.cast(builder.unary('IsNaN', value, {}, 'bool'), 'float32');
    const isMissing = builder.cast(builder.reduce('ReduceMax', missing, axes, keepDims), 'bool');
    return builder.where(isMissing, builder.scalar(NaN, 'float32'), result);
  };

/** Sums of truth values count. */
const sum: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const value = materialize(x);
  const numbers = value.type === 'bool' ? builder.cast(value, 'int32') : value;
  return builder.reduce('ReduceSum', numbers, axesOf(attributes.axis, x.shape.length), Boolean(attributes.keepDims));
};

/** Means of whole numbers are fractions. */
const mean: Kernel = ({ builder, inputs: { x }, attributes, materialize }) =>
  builder.reduce(
    'ReduceMean',
    builder.cast(materialize(x), 'float32'),
    axesOf(attributes.axis, x.shape.length),
    Boolean(attributes.keepDims),
  );

/** Truth values as 0 and 1, because ONNX reduces numbers only. */
const logical =
  (op: string): Kernel =>
  ({ builder, inputs: { x }, attributes, materialize }) => {
    const numbers = builder.cast(materialize(x), 'int32');
    const reduced = builder.reduce(op, numbers, axesOf(attributes.axis, x.shape.length), Boolean(attributes.keepDims));
    return builder.cast(reduced, 'bool');
  };

const product: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const value = materialize(x);
  const numbers = value.type === 'bool' ? builder.cast(value, 'int32') : value;
  return builder.reduce('ReduceProd', numbers, axesOf(attributes.axis, x.shape.length), Boolean(attributes.keepDims));
};

const search =
  (op: string): Kernel =>
  ({ builder, inputs: { x }, attributes, materialize }) => {
    const [axis] = axesOf(attributes.axis, x.shape.length);
    const shape = x.shape.filter((_, position) => position !== axis);
    const position = builder.node(op, [materialize(x)], shape, 'int64', { axis, keepdims: 0 });
    return builder.cast(position, 'int32');
  };

const runningSum: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const [axis] = axesOf(attributes.axis, x.shape.length);
  return builder.node('CumSum', [materialize(x), builder.scalar(axis, 'int64')], x.shape, x.dtype as Value['type'], {
    exclusive: attributes.exclusive ? 1 : 0,
    reverse: attributes.reverse ? 1 : 0,
  });
};

/**
 * ONNX has no running product: each round multiplies every element by the one that lies twice as far back as in the round before.
 * The number of rounds follows from the axis' length, which must therefore be fixed.
 */
const runningProduct: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const [axis] = axesOf(attributes.axis, x.shape.length);
  const length = x.shape[axis];
  const backwards = Boolean(attributes.reverse);
  const shifted = (value: Value, distance: number): Value => {
    const begin = x.shape.map((_, i) => (i === axis && backwards ? distance : 0));
    const size = x.shape.map((full, i) => (i === axis ? full - distance : full));
    const amounts = x.shape.map((_, i): [number, number] => {
      if (i !== axis) return [0, 0];
      return backwards ? [0, distance] : [distance, 0];
    });
    return padded(builder, cut(builder, value, begin, size), amounts, 1);
  };
  let value = materialize(x);
  if (attributes.exclusive) value = shifted(value, 1);
  for (let distance = 1; distance < length; distance *= 2)
    value = builder.binary('Mul', value, shifted(value, distance));
  return value;
};

const topK: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const k = attributes.k as number;
  const shape = [...x.shape.slice(0, -1), k];
  const outputs = [
    { type: x.dtype as Value['type'], shape },
    { type: 'int64' as const, shape },
  ];
  const [values, positions] = builder.record('TopK', [materialize(x), builder.integers([k])], outputs, {
    attributes: { axis: -1, largest: 1, sorted: attributes.sorted === false ? 0 : 1 },
  });
  return [values, builder.cast(positions, 'int32')];
};

const softmax: Kernel = ({ builder, inputs: { logits }, attributes, materialize }) => {
  const [axis] = axesOf(attributes.dim ?? -1, logits.shape.length);
  return builder.unary('Softmax', materialize(logits), { axis });
};

const logSoftmax: Kernel = ({ builder, inputs: { logits }, attributes, materialize }) => {
  const [axis] = axesOf(attributes.axis ?? -1, logits.shape.length);
  return builder.unary('LogSoftmax', materialize(logits), { axis });
};

export const REDUCTION_KERNELS: KernelTable = {
  Sum: sum,
  Mean: mean,
  Max: extreme('ReduceMax'),
  Min: extreme('ReduceMin'),
  Prod: product,
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: search('ArgMax'),
  ArgMin: search('ArgMin'),
  Cumsum: runningSum,
  Cumprod: runningProduct,
  TopK: topK,
  Softmax: softmax,
  LogSoftmax: logSoftmax,
};
