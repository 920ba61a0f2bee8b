// Kernels that read or write at positions given by another tensor.
import { TraceError } from '../errors';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { axesOf, type Kernel, type KernelTable } from './kernel';

const gather: Kernel = ({ builder, inputs: { x, indices }, attributes, materialize }) => {
  const [axis] = axesOf(attributes.axis, x.shape.length);
  const batchDims = (attributes.batchDims as number | undefined) ?? 0;
  if (batchDims === 0) {
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return builder.node('Gather', [materialize(x), materialize(indices)], shape, x.dtype as Value['type'], { axis });
  }
  if (axis !== batchDims) {
    throw new TraceError(
      'unsupported-op',
      `GatherV2 with axis ${axis} and ${batchDims} batch axes has no mapping to ONNX; transpose so that the axis follows the batch axes`,
    );
  }
  const positions = builder.cast(builder.reshape(materialize(indices), [...indices.shape, 1]), 'int64');
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
    [materialize(params), builder.cast(materialize(indices), 'int64')],
    shape,
    params.dtype as Value['type'],
  );
};

/** Adds rows of `updates` to a table of zeros. */
function scatterAdd(builder: GraphBuilder, positions: Value, updates: Value, shape: readonly number[]): Value {
  const zeros = builder.expand(builder.scalar(0, updates.type), shape);
  return builder.node('ScatterND', [zeros, builder.cast(positions, 'int64'), updates], shape, updates.type, {
    reduction: 'add',
  });
}

const scatterNd: Kernel = ({ builder, inputs: { indices, updates }, attributes, materialize }) =>
  scatterAdd(builder, materialize(indices), materialize(updates), attributes.shape as number[]);

const tensorScatterUpdate: Kernel = ({ builder, inputs: { tensor, indices, updates }, materialize }) =>
  builder.node(
    'ScatterND',
    [materialize(tensor), builder.cast(materialize(indices), 'int64'), materialize(updates)],
    tensor.shape,
    tensor.dtype as Value['type'],
  );

/** The gradient of an embedding look-up. */
const segmentSum: Kernel = ({ builder, inputs: { x, segmentIds }, attributes, materialize }) => {
  const positions = builder.reshape(materialize(segmentIds), [...segmentIds.shape, 1]);
  return scatterAdd(builder, positions, materialize(x), [
    attributes.numSegments as number,
    ...x.shape.slice(segmentIds.shape.length),
  ]);
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
