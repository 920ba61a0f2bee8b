// Kernels that read or write at positions given by another tensor.
import { TraceError } from '../errors';
import { isConstant, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { axesOf, type Kernel, type KernelTable } from './kernel';

/** The largest int32, and so no position in any tensor. As a mask it leaves numbers from 0 on as they are. */
const NOWHERE = 2 ** 31 - 1;

/** Their first input's numbers, moved. */
const MOVES = new Set(['Cast', 'Reshape', 'Expand', 'Transpose', 'Slice', 'Squeeze', 'Unsqueeze', 'Gather', 'Concat']);
const POSITIONS = new Set(['ArgMax', 'ArgMin', 'TopK', 'BitwiseAnd']);

function isNeverNegative(value: Value): boolean {
  if (isConstant(value)) return Array.from(value.data as ArrayLike<number>).every((number) => number >= 0);
  const { node } = value;
  if (!node) return false;
  if (POSITIONS.has(node.op)) return true;
  if (node.op === 'Concat') return node.inputs.every((input) => isNeverNegative(input!));
  return MOVES.has(node.op) && node.inputs[0]!.type !== 'float32' && isNeverNegative(node.inputs[0]!);
}

/**
 * Positions such that negative ones are errors when the graph runs, as in tfjs: ONNX would count them from the end, silently.
 * @throws TraceError `invalid-argument` where a constant position is negative
 */
export function rowsInRange(builder: GraphBuilder, positions: Value): Value {
  if (isNeverNegative(positions)) return positions;
  if (isConstant(positions)) {
    const negative = Array.from(positions.data as ArrayLike<number>).find((number) => number < 0);
    throw new TraceError(
      'invalid-argument',
      `a tensor is read or written at the position ${negative}; positions count from 0`,
    );
  }
  const numbers = builder.cast(positions, 'int32');
  return builder.binary('BitwiseAnd', numbers, builder.scalar(NOWHERE, 'int32'));
}

const gather: Kernel = ({ builder, inputs: { x, indices }, attributes, materialize }) => {
  const [axis] = axesOf(attributes.axis, x.shape.length);
  const batchDims = (attributes.batchDims as number | undefined) ?? 0;
  if (batchDims === 0) {
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return builder.node(
      'Gather',
      [materialize(x), rowsInRange(builder, materialize(indices))],
      shape,
      x.dtype as Value['type'],
      { axis },
    );
  }
  if (axis !== batchDims) {
    throw new TraceError(
      'unsupported-op',
      `GatherV2 with axis ${axis} and ${batchDims} batch axes has no mapping to ONNX; transpose so that the axis follows the batch axes`,
    );
  }
  const positions = builder.cast(
    builder.reshape(rowsInRange(builder, materialize(indices)), [...indices.shape, 1]),
    'int64',
  );
  const shape = [...indices.shape, ...x.shape.slice(axis + 1)];
  return builder.node('GatherND', [materialize(x), positions], shape, x.dtype as Value['type'], {
    batch_dims: batchDims,
  });
};

const gatherNd: Kernel = ({ builder, inputs: { params, indices }, materialize }) => {
  const depth = indices.shape[indices.shape.length - 1];
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
  return builder.node(
    'GatherND',
    [materialize(params), builder.cast(rowsInRange(builder, materialize(indices)), 'int64')],
    shape,
    params.dtype as Value['type'],
  );
};

/** Adds rows of `updates` to a table of zeros. */
export function scatterAdd(builder: GraphBuilder, positions: Value, updates: Value, shape: readonly number[]): Value {
  const zeros = builder.expand(builder.scalar(0, updates.type), shape);
  return builder.node('ScatterND', [zeros, builder.cast(positions, 'int64'), updates], shape, updates.type, {
    reduction: 'add',
  });
}

const scatterNd: Kernel = ({ builder, inputs: { indices, updates }, attributes, materialize }) =>
  scatterAdd(builder, rowsInRange(builder, materialize(indices)), materialize(updates), attributes.shape as number[]);

const tensorScatterUpdate: Kernel = ({ builder, inputs: { tensor, indices, updates }, materialize }) =>
  builder.node(
    'ScatterND',
    [materialize(tensor), builder.cast(rowsInRange(builder, materialize(indices)), 'int64'), materialize(updates)],
    tensor.shape,
    tensor.dtype as Value['type'],
  );

/** The gradient of an embedding look-up. As in tfjs, what belongs to no segment is left out. */
const segmentSum: Kernel = ({ builder, inputs: { x, segmentIds }, attributes, materialize }) => {
  const count = attributes.numSegments as number;
  const rank = segmentIds.shape.length;
  const shape = [count, ...x.shape.slice(rank)];
  const segments = materialize(segmentIds);
  const rows = materialize(x);
  const places = (value: Value): Value => builder.reshape(value, [...segmentIds.shape, 1]);
  if (isConstant(segments) && Array.from(segments.data as ArrayLike<number>).every((id) => id >= 0 && id < count))
    return scatterAdd(builder, places(segments), rows, shape);
  const zero = builder.scalar(0, 'int32');
  const fromZero = builder.binary('GreaterOrEqual', segments, zero, 'bool');
  const exists = builder.binary(
    'And',
    fromZero,
    builder.binary('Less', segments, builder.scalar(count, 'int32'), 'bool'),
    'bool',
  );
  const kept = builder.reshape(exists, [...segmentIds.shape, ...x.shape.slice(rank).map(() => 1)]);
  const updates = builder.where(kept, rows, builder.scalar(0, rows.type));
  return scatterAdd(builder, places(builder.where(exists, segments, zero)), updates, shape);
};

/** By comparison, because ONNX's OneHot would count a negative index from the end; tfjs leaves its row empty. */
const oneHot: Kernel = ({ builder, inputs: { indices }, attributes, materialize }) => {
  const { depth, onValue, offValue, dtype } = attributes as {
    depth: number;
    onValue: number;
    offValue: number;
    dtype?: Value['type'];
  };
  const type = dtype ?? 'int32';
  const positions = builder.constant(
    Int32Array.from({ length: depth }, (_, i) => i),
    [depth],
    'int32',
  );
  const hit = builder.binary('Equal', builder.reshape(materialize(indices), [...indices.shape, 1]), positions, 'bool');
  if (onValue === 1 && offValue === 0) return builder.cast(hit, type);
  return builder.where(hit, builder.scalar(onValue, type), builder.scalar(offValue, type));
};

export const INDEXING_KERNELS: KernelTable = {
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  TensorScatterUpdate: tensorScatterUpdate,
  UnsortedSegmentSum: segmentSum,
  OneHot: oneHot,
};
