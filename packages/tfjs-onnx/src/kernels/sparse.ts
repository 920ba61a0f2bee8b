// Counting, searching, and tensors given by positions and values. Kernels whose result has as many elements as values say need those
// values at the time of recording: they take constants only, and say so.
import * as tf from '@tensorflow/tfjs-core';

import { TraceError } from '../errors';
import { elementCount, isConstant, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { rowsInRange, scatterAdd } from './indexing';
import { type Kernel, type KernelTable } from './kernel';

/** The numbers of a tensor that must be known while the graph is recorded. */
function known(op: string, name: string, value: Value): number[] {
  if (isConstant(value)) return Array.from(value.data as ArrayLike<number | bigint>, Number);
  throw new TraceError(
    'unsupported-op',
    `the shape of what ${op} makes depends on the values of ${name}, which exist only when the graph runs; make ${name} a constant`,
  );
}

/** How often each of 0 … size − 1 occurs in every row, or the sums of its weights; larger numbers are left out. */
function countRows(
  builder: GraphBuilder,
  x: Value,
  weights: Value | undefined,
  { rows, size, binary }: { rows: number; size: number; binary: boolean },
): Value {
  const columns = elementCount(x.shape) / rows;
  const type = weights?.type ?? 'float32';
  const offsets = builder.constant(
    Int32Array.from({ length: rows }, (_, row) => row * size),
    [rows, 1],
    'int32',
  );
  const numbers = builder.reshape(builder.cast(x, 'int32'), [rows, columns]);
  // One past the end of all rows is nobody's.
  const nowhere = builder.scalar(rows * size, 'int32');
  const inside = builder.binary('Less', numbers, builder.scalar(size, 'int32'), 'bool');
  const positions = builder.where(inside, builder.binary('Add', numbers, offsets), nowhere);
  const shape = [rows * columns];
  const one = builder.scalar(1, type);
  const amounts =
    weights && elementCount(weights.shape) > 0 && !binary
      ? builder.reshape(weights, shape)
      : builder.expand(one, shape);
  const sums = scatterAdd(builder, builder.reshape(positions, [rows * columns, 1]), amounts, [rows * size + 1]);
  const counts = builder.reshape(builder.slice(sums, 0, 0, rows * size), [rows, size]);
  return binary ? builder.binary('Min', counts, one) : counts;
}

const bincount: Kernel = ({ builder, inputs: { x, weights }, attributes, materialize }) => {
  const { size } = attributes as { size: number };
  const counts = countRows(builder, materialize(x), materialize(weights), { rows: 1, size, binary: false });
  return builder.reshape(counts, [size]);
};

const denseBincount: Kernel = ({ builder, inputs: { x, weights }, attributes, materialize }) => {
  const { size, binaryOutput } = attributes as { size: number; binaryOutput?: boolean };
  const rows = x.shape.length === 2 ? x.shape[0] : 1;
  const binary = Boolean(binaryOutput) && x.shape.length === 2;
  const counts = countRows(builder, materialize(x), materialize(weights), { rows, size, binary });
  return builder.reshape(counts, x.shape.length === 2 ? [rows, size] : [size]);
};

/** How many of a row's sorted numbers lie before each value. */
function search(builder: GraphBuilder, sorted: Value, values: Value, side: string): Value {
  const [rows, length] = sorted.shape;
  const count = values.shape[1];
  const before = builder.binary(
    side === 'left' ? 'Less' : 'LessOrEqual',
    builder.reshape(sorted, [rows, 1, length]),
    builder.reshape(values, [rows, count, 1]),
    'bool',
  );
  return builder.reduce('ReduceSum', builder.cast(before, 'int32'), [2], false);
}

const searchSorted =
  (fixed?: string): Kernel =>
  ({ builder, inputs: { sortedSequence, values }, attributes, materialize }) =>
    search(builder, materialize(sortedSequence), materialize(values), fixed ?? (attributes.side as string));

const sparseToDense: Kernel = ({ builder, inputs, attributes, materialize }) => {
  const { sparseIndices, sparseValues, defaultValue } = inputs;
  const shape = attributes.outputShape as number[];
  const depth = sparseIndices.shape.length < 2 ? 1 : sparseIndices.shape[1];
  const count = sparseIndices.shape[0] ?? 1;
  const values = materialize(sparseValues);
  const positions = rowsInRange(builder, builder.reshape(materialize(sparseIndices), [count, depth]));
  const updates = [count, ...shape.slice(depth)];
  return builder.node(
    'ScatterND',
    [
      builder.expand(builder.reshape(materialize(defaultValue), []), shape),
      builder.cast(positions, 'int64'),
      values.shape.length === 0 ? builder.expand(values, updates) : values,
    ],
    shape,
    values.type,
  );
};

/** Sums, or means, of rows that are picked by `indices`, one for each number in `segmentIds`. */
const sparseSegment =
  (op: string, isMean: boolean): Kernel =>
  ({ builder, inputs: { data, indices, segmentIds }, materialize }) => {
    const segments = known(op, 'segmentIds', materialize(segmentIds));
    const count = segments.length === 0 ? 0 : segments[segments.length - 1] + 1;
    const rows = builder.node(
      'Gather',
      [materialize(data), rowsInRange(builder, materialize(indices))],
      [segments.length, ...data.shape.slice(1)],
      data.dtype as Value['type'],
      { axis: 0 },
    );
    const sizes = new Float32Array(count);
    for (const segment of segments) sizes[segment]++;
    const places = builder.constant(Int32Array.from(segments), [segments.length, 1], 'int32');
    const sums = scatterAdd(builder, places, rows, [count, ...data.shape.slice(1)]);
    if (!isMean) return sums;
    const divisors = builder.constant(
      sizes.map((size) => Math.max(1, size)),
      [count, ...data.shape.slice(1).map(() => 1)],
      'float32',
    );
    return builder.binary('Div', sums, divisors);
  };

/** Positions in one shape as positions in another with as many elements. */
const sparseReshape: Kernel = ({ builder, inputs: { inputIndices, inputShape, newShape }, materialize }) => {
  const from = known('SparseReshape', 'inputShape', materialize(inputShape));
  const asked = known('SparseReshape', 'newShape', materialize(newShape));
  const to = tf.util.inferFromImplicitShape(asked, elementCount(from));
  const strides = (shape: readonly number[]): Value =>
    builder.constant(
      Int32Array.from(shape, (_, axis) => elementCount(shape.slice(axis + 1))),
      [shape.length],
      'int32',
    );
  const positions = materialize(inputIndices);
  const count = inputIndices.shape[0];
  const flat = builder.reduce('ReduceSum', builder.binary('Mul', positions, strides(from)), [1], true);
  const sizes = builder.constant(Int32Array.from(to), [to.length], 'int32');
  const moved = builder.binary('Mod', builder.binary('Div', flat, strides(to)), sizes);
  return [builder.reshape(moved, [count, to.length]), builder.constant(Int32Array.from(to), [to.length], 'int32')];
};

/** The shape that two shapes have together. */
const broadcastArguments: Kernel = ({ builder, inputs: { s0, s1 }, materialize }) => {
  const rank = Math.max(s0.shape[0], s1.shape[0]);
  const one = builder.constant(Int32Array.of(1), [1], 'int32');
  const [a, b] = [s0, s1].map((shape) => {
    const missing = rank - shape.shape[0];
    const value = materialize(shape);
    if (missing === 0) return value;
    return builder.node('Concat', [builder.expand(one, [missing]), value], [rank], 'int32', { axis: 0 });
  });
  return builder.where(builder.binary('Equal', a, one, 'bool'), b, a);
};

export const SPARSE_KERNELS: KernelTable = {
  Bincount: bincount,
  DenseBincount: denseBincount,
  SearchSorted: searchSorted(),
  LowerBound: searchSorted('left'),
  UpperBound: searchSorted('right'),
  SparseToDense: sparseToDense,
  SparseSegmentSum: sparseSegment('SparseSegmentSum', false),
  SparseSegmentMean: sparseSegment('SparseSegmentMean', true),
  SparseReshape: sparseReshape,
  BroadcastArgs: broadcastArguments,
};
