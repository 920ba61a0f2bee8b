// Gradients of kernels that move elements: each moves the gradient back, and adds where elements were copied.
import * as tf from '@tensorflow/tfjs-core';

import { isRepetition, nearestPositions, type ResizeAttributes } from '../kernels/image';
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

const reverse: Gradient = { of: (dy, _saved, { dims }) => ({ x: () => tf.reverse(dy, dims as number[]) }) };

/** Rows of the gradient are added up per row of the table that they were read from. */
const gather: Gradient = {
  save: ['x', 'indices'],
  of: (dy, [x, indices], attributes) => ({
    x: () => {
      if (attributes.batchDims)
        throw new Error('gather with batchDims has no gradient; flatten the batch and gather once');
      const [axis] = axesOf(attributes.axis, x.rank);
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

/** Adds up, along one axis, what was read from the same place: a product with a matrix of zeros and ones. */
function addUp(dy: tf.Tensor, axis: number, source: number, options: ResizeAttributes): tf.Tensor {
  const target = dy.shape[axis];
  if (isRepetition(source, target, options)) {
    return tf.sum(
      tf.reshape(
        dy,
        dy.shape.flatMap((size, i) => (i === axis ? [source, target / source] : [size])),
      ),
      axis + 1,
    );
  }
  const selection = new Float32Array(source * target);
  nearestPositions(source, target, options).forEach((position, i) => (selection[position * target + i] = 1));
  const order = [0, 1, 2, 3].filter((i) => i !== axis);
  const permutation = [order[0], order[1], axis, order[2]];
  const summed = tf.matMul(tf.tensor2d(selection, [source, target]), tf.transpose(dy, permutation));
  return tf.transpose(
    summed,
    [0, 1, 2, 3].map((i) => permutation.indexOf(i)),
  );
}

const resizeNearest: Gradient = {
  save: ['images'],
  of: (dy, [images], attributes) => ({
    images: () => [1, 2].reduce((gradient, axis) => addUp(gradient, axis, images.shape[axis], attributes), dy),
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
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatterNd,
  UnsortedSegmentSum: segmentSum,
  ResizeNearestNeighbor: resizeNearest,
  OneHot: noGradient('indices'),
};
