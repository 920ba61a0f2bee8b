// Kernels that read or write at positions given by another tensor.
import { TraceError } from '../errors';
import { type Value } from '../graph';
import { type Recorder } from '../recorder';
import { axesOf, type Kernel, type KernelTable } from './kernel';

const gather: Kernel = ({ recorder, inputs: { x, indices }, attributes, whole }) => {
  const [axis] = axesOf(attributes.axis, x.shape.length);
  const batchDims = (attributes.batchDims as number | undefined) ?? 0;
  if (batchDims === 0) {
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return recorder.node('Gather', [whole(x), whole(indices)], shape, x.dtype as Value['type'], { axis });
  }
  if (axis !== batchDims) {
    throw new TraceError(
      'unsupported-op',
      `GatherV2 with axis ${axis} and ${batchDims} batch axes has no mapping to ONNX; transpose so that the axis follows the batch axes`,
    );
  }
  const positions = recorder.cast(recorder.reshape(whole(indices), [...indices.shape, 1]), 'int64');
  const shape = [...indices.shape, ...x.shape.slice(axis + 1)];
  return recorder.node('GatherND', [whole(x), positions], shape, x.dtype as Value['type'], { batch_dims: batchDims });
};

const gatherNd: Kernel = ({ recorder, inputs: { params, indices }, whole }) => {
  const depth = indices.shape[indices.shape.length - 1];
  const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
  return recorder.node(
    'GatherND',
    [whole(params), recorder.cast(whole(indices), 'int64')],
    shape,
    params.dtype as Value['type'],
  );
};

/** Adds rows of `updates` to a table of zeros. */
function scatterAdd(recorder: Recorder, positions: Value, updates: Value, shape: readonly number[]): Value {
  const zeros = recorder.expand(recorder.scalar(0, updates.type), shape);
  return recorder.node('ScatterND', [zeros, recorder.cast(positions, 'int64'), updates], shape, updates.type, {
    reduction: 'add',
  });
}

const scatterNd: Kernel = ({ recorder, inputs: { indices, updates }, attributes, whole }) =>
  scatterAdd(recorder, whole(indices), whole(updates), attributes.shape as number[]);

const tensorScatterUpdate: Kernel = ({ recorder, inputs: { tensor, indices, updates }, whole }) =>
  recorder.node(
    'ScatterND',
    [whole(tensor), recorder.cast(whole(indices), 'int64'), whole(updates)],
    tensor.shape,
    tensor.dtype as Value['type'],
  );

/** The gradient of an embedding look-up. */
const segmentSum: Kernel = ({ recorder, inputs: { x, segmentIds }, attributes, whole }) => {
  const positions = recorder.reshape(whole(segmentIds), [...segmentIds.shape, 1]);
  return scatterAdd(recorder, positions, whole(x), [
    attributes.numSegments as number,
    ...x.shape.slice(segmentIds.shape.length),
  ]);
};

/** By comparison, because ONNX's OneHot would count a negative index from the end; tfjs leaves its row empty. */
const oneHot: Kernel = ({ recorder, inputs: { indices }, attributes, whole }) => {
  const { depth, onValue, offValue, dtype } = attributes as {
    depth: number;
    onValue: number;
    offValue: number;
    dtype?: Value['type'];
  };
  const type = dtype ?? 'int32';
  const positions = recorder.constant(
    Int32Array.from({ length: depth }, (_, i) => i),
    [depth],
    'int32',
  );
  const hit = recorder.binary('Equal', recorder.reshape(whole(indices), [...indices.shape, 1]), positions, 'bool');
  if (onValue === 1 && offValue === 0) return recorder.cast(hit, type);
  return recorder.where(hit, recorder.scalar(onValue, type), recorder.scalar(offValue, type));
};

export const INDEXING_KERNELS: KernelTable = {
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  TensorScatterUpdate: tensorScatterUpdate,
  UnsortedSegmentSum: segmentSum,
  OneHot: oneHot,
};
