// Kernels that sum, average or search along axes, and the running sum.
import { type Value } from '../graph';
import { axesOf, type Kernel, type KernelTable } from './kernel';

/** A reduction; tfjs names its axes `axis` in some kernels and `reductionIndices` in others. */
const reduction =
  (op: string): Kernel =>
  ({ builder, inputs: { x }, attributes, materialize }) => {
    const axes = axesOf(attributes.axis ?? attributes.reductionIndices, x.shape.length);
    return builder.reduce(op, materialize(x), axes, Boolean(attributes.keepDims));
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

export const REDUCTION_KERNELS: KernelTable = {
  Sum: reduction('ReduceSum'),
  Mean: mean,
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: product,
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: search('ArgMax'),
  ArgMin: search('ArgMin'),
  Cumsum: runningSum,
  TopK: topK,
  Softmax: softmax,
};
