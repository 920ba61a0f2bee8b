// Gradients of kernels that move elements: each moves the gradient back, and adds where elements were copied.
import * as tf from '@tensorflow/tfjs-core';

import { axesOf } from '../kernels/kernel';
import { type Gradient, type GradientTable, noGradient } from './gradient';

const reshape = (input: string): Gradient => ({
  save: [input],
  of: (dy, [x]) => ({ [input]: () => tf.reshape(dy, x.shape) }),
});

const transpose: Gradient = {
  of: (dy, _saved, { perm }) => ({
    x: () => {
      const undo: number[] = [];
      (perm as number[]).forEach((axis, position) => (undo[axis] = position));
      return tf.transpose(dy, undo);
    },
  }),
};

/** `x` with zeros around it along one axis. */
function padAxis(x: tf.Tensor, axis: number, before: number, after: number): tf.Tensor {
  if (before === 0 && after === 0) return x;
  return tf.pad(
    x,
    x.shape.map((_, i): [number, number] => (i === axis ? [before, after] : [0, 0])),
  );
}

function sliceAxis(x: tf.Tensor, axis: number, start: number, count: number): tf.Tensor {
  return tf.slice(
    x,
    x.shape.map((_, i) => (i === axis ? start : 0)),
    x.shape.map((size, i) => (i === axis ? count : size)),
  );
}

const slice: Gradient = {
  save: ['x'],
  of: (dy, [x], attributes) => ({
    x: () => {
      const [begin, size] = tf.slice_util.parseSliceParams(
        x,
        attributes.begin as number[],
        attributes.size as number[],
      );
      return tf.pad(
        dy,
        begin.map((start, axis): [number, number] => [start, x.shape[axis] - start - size[axis]]),
      );
    },
  }),
};

/** Puts zeros between the elements that a strided read took. */
function spreadAxis(dy: tf.Tensor, axis: number, stride: number): tf.Tensor {
  if (stride === 1) return dy;
  const count = dy.shape[axis];
  const apart = padAxis(tf.expandDims(dy, axis + 1), axis + 1, 0, stride - 1);
  const joined = tf.reshape(
    apart,
    dy.shape.map((size, i) => (i === axis ? size * stride : size)),
  );
  return sliceAxis(joined, axis, 0, (count - 1) * stride + 1);
}

const stridedSlice: Gradient = {
  save: ['x'],
  of: (dy, [x], attributes) => ({
    x: () => {
      const mask = (name: string): number => attributes[name] as number;
      const lists = [attributes.begin, attributes.end, attributes.strides] as [number[], number[], number[]];
      const info = tf.slice_util.sliceInfo(
        x.shape,
        ...lists,
        mask('beginMask'),
        mask('endMask'),
        mask('ellipsisMask'),
        mask('newAxisMask'),
        mask('shrinkAxisMask'),
      );
      const counts = info.strides.map((stride: number, axis: number) =>
        Math.ceil((info.end[axis] - info.begin[axis]) / stride),
      );
      return info.strides.reduce(
        (gradient: tf.Tensor, stride: number, axis: number) => {
          const forward = stride < 0 ? tf.reverse(gradient, axis) : gradient;
          const spread = spreadAxis(forward, axis, Math.abs(stride));
          const first = stride < 0 ? info.begin[axis] + (counts[axis] - 1) * stride : info.begin[axis];
          return padAxis(spread, axis, first, x.shape[axis] - first - spread.shape[axis]);
        },
        tf.reshape(dy, counts),
      );
    },
  }),
};

const concat: Gradient = {
  saveAll: true,
  of: (dy, inputs, attributes) => {
    const [axis] = axesOf(attributes.axis, dy.rank);
    let start = 0;
    return Object.fromEntries(
      inputs.map((input, index) => {
        const begin = start;
        start += input.shape[axis];
        return [String(index), () => sliceAxis(dy, axis, begin, input.shape[axis])];
      }),
    );
  },
};

const pack: Gradient = {
  saveAll: true,
  of: (dy, inputs, attributes) => {
    const [axis] = axesOf(attributes.axis, dy.rank);
    return Object.fromEntries(
      inputs.map((input, index) => [String(index), () => tf.reshape(sliceAxis(dy, axis, index, 1), input.shape)]),
    );
  },
};

const unpack: Gradient = {
  of: (dy, _saved, { axis }) => ({ value: () => tf.stack(dy as unknown as tf.Tensor[], axis as number) }),
};

const split: Gradient = {
  of: (dy, _saved, { axis }) => ({ x: () => tf.concat(dy as unknown as tf.Tensor[], axis as number) }),
};

const tile: Gradient = {
  save: ['x'],
  of: (dy, [x], { reps }) => ({
    x: () => {
      const repetitions = reps as number[];
      const repeatedOnes = repetitions
        .map((count, axis) => (count > 1 && x.shape[axis] === 1 ? axis : -1))
        .filter((axis) => axis >= 0);
      const summed = repeatedOnes.length > 0 ? tf.sum(dy, repeatedOnes, true) : dy;
      if (repetitions.every((count, axis) => count === 1 || x.shape[axis] === 1)) return summed;
      const interleaved = repetitions.flatMap((count, axis) => (x.shape[axis] === 1 ? [1, 1] : [count, x.shape[axis]]));
      return tf.sum(
        tf.reshape(summed, interleaved),
        repetitions.map((_, axis) => 2 * axis),
      );
    },
  }),
};

const broadcastTo: Gradient = {
  save: ['x'],
  of: (dy, [x]) => ({
    x: () => {
      const axes = tf.broadcast_util.getReductionAxes(x.shape, dy.shape);
      return tf.reshape(axes.length > 0 ? tf.sum(dy, axes) : dy, x.shape);
    },
  }),
};

const pad: Gradient = {
  save: ['x'],
  of: (dy, [x], { paddings }) => ({
    x: () =>
      tf.slice(
        dy,
        (paddings as [number, number][]).map(([before]) => before),
        x.shape,
      ),
  }),
};

/** The borders are mirror images of the inside: each is mirrored back and added to where it came from. */
const mirrorPad: Gradient = {
  save: ['x'],
  of: (dy, [x], { paddings, mode }) => ({
    x: () => {
      const skip = mode === 'reflect' ? 1 : 0;
      return (paddings as [number, number][]).reduce((gradient, [before, after], axis) => {
        if (before === 0 && after === 0) return gradient;
        const size = x.shape[axis];
        const parts = [sliceAxis(gradient, axis, before, size)];
        if (before > 0)
          parts.push(padAxis(tf.reverse(sliceAxis(gradient, axis, 0, before), axis), axis, skip, size - skip - before));
        if (after > 0)
          parts.push(
            padAxis(tf.reverse(sliceAxis(gradient, axis, before + size, after), axis), axis, size - skip - after, skip),
          );
        return parts.reduce((a, b) => tf.add(a, b));
      }, dy);
    },
  }),
};

const flipLeftRight: Gradient = {
  of: (dy) => ({ image: () => tf.image.flipLeftRight(dy as tf.Tensor4D) }),
};

const reverse: Gradient = { of: (dy, _saved, { dims }) => ({ x: () => tf.reverse(dy, dims as number[]) }) };

/** With batch axes: the rows of all examples are one table, each example's positions begin where its own rows do. */
function gatherInBatch(dy: tf.Tensor, x: tf.Tensor, indices: tf.Tensor, axis: number, batchDims: number): tf.Tensor {
  const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
  const [batch, outer, inner] = [x.shape.slice(0, batchDims), x.shape.slice(batchDims, axis), x.shape.slice(axis + 1)];
  const [B, O, N, I] = [count(batch), count(outer), x.shape[axis], count(inner)];
  const P = indices.size / B;
  const starts = tf.reshape(tf.mul(tf.range(0, B * O, 1, 'int32'), tf.scalar(N, 'int32')), [B, O, 1]);
  const places = tf.add(tf.reshape(indices, [B, 1, P]), starts); // (B, O, P)
  const rows = tf.reshape(dy, [B * O * P, I]);
  const summed = tf.unsortedSegmentSum(rows, tf.reshape(places, [B * O * P]) as tf.Tensor1D, B * O * N);
  return tf.reshape(summed, x.shape);
}

/** Rows of the gradient are added up per row of the table that they were read from. */
const gather: Gradient = {
  save: ['x', 'indices'],
  of: (dy, [x, indices], attributes) => ({
    x: () => {
      const [axis] = axesOf(attributes.axis, x.rank);
      const batchDims = (attributes.batchDims as number | undefined) ?? 0;
      if (batchDims > 0) return gatherInBatch(dy, x, indices, axis, batchDims);
      const [outer, inner] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
      const rows = tf.reshape(dy, [...outer, indices.size, ...inner]);
      const order = [axis, ...outer.map((_, i) => i), ...inner.map((_, i) => axis + 1 + i)];
      const summed = tf.unsortedSegmentSum(
        axis === 0 ? rows : tf.transpose(rows, order),
        tf.reshape(indices, [indices.size]) as tf.Tensor1D,
        x.shape[axis],
      );
      if (axis === 0) return summed;
      const undo: number[] = [];
      order.forEach((from, position) => (undo[from] = position));
      return tf.transpose(summed, undo);
    },
    indices: () => tf.zeros(indices.shape),
  }),
};

const gatherNd: Gradient = {
  save: ['params', 'indices'],
  of: (dy, [params, indices]) => ({
    params: () => tf.scatterND(indices, dy, params.shape),
    indices: () => tf.zeros(indices.shape),
  }),
};

const scatterNd: Gradient = {
  save: ['indices'],
  of: (dy, [indices]) => ({ updates: () => tf.gatherND(dy, indices), indices: () => tf.zeros(indices.shape) }),
};

const segmentSum: Gradient = {
  save: ['segmentIds'],
  of: (dy, [segmentIds]) => ({
    x: () => tf.gather(dy, segmentIds),
    segmentIds: () => tf.zeros(segmentIds.shape),
  }),
};

const spaceToBatch: Gradient = {
  of: (dy, _saved, { blockShape, paddings }) => ({
    x: () => tf.batchToSpaceND(dy, blockShape as number[], paddings as number[][]),
  }),
};

const batchToSpace: Gradient = {
  of: (dy, _saved, { blockShape, crops }) => ({
    x: () => tf.spaceToBatchND(dy, blockShape as number[], crops as number[][]),
  }),
};

/** Each block of space goes back into the channels. */
const depthToSpace: Gradient = {
  save: ['x'],
  of: (dy, [x], { blockSize, dataFormat }) => ({
    x: () => {
      const block = blockSize as number;
      const isFirst = dataFormat === 'NCHW';
      const [batch, height, width, channels] = isFirst
        ? [x.shape[0], x.shape[2]!, x.shape[3]!, dy.shape[1]!]
        : [x.shape[0], x.shape[1]!, x.shape[2]!, dy.shape[3]!];
      if (isFirst) {
        const apart = tf.reshape(dy, [batch, channels, height, block, width, block]);
        return tf.reshape(tf.transpose(apart, [0, 3, 5, 1, 2, 4]), x.shape);
      }
      const apart = tf.reshape(dy, [batch, height, block, width, block, channels]);
      return tf.reshape(tf.transpose(apart, [0, 1, 3, 2, 4, 5]), x.shape);
    },
  }),
};

export const SHAPE_GRADIENTS: GradientTable = {
  Reshape: reshape('x'),
  ExpandDims: reshape('input'),
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
  FlipLeftRight: flipLeftRight,
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  UnsortedSegmentSum: segmentSum,
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
  OneHot: noGradient('indices'),
};
