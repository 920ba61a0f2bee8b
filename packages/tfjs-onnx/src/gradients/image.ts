// Gradients of what changes a picture's size, of windows that slide over it, and of normalisation. Where tfjs' own are wrong (means of
// windows over the border, centred pixels, pictures that are not square) these are not.
import * as tf from '@tensorflow/tfjs-core';

import { isRepetition, type ResizeAttributes, resizeMatrix } from '../kernels/image';
import { overhang } from '../kernels/pooling';
import { type Gradient, type GradientTable, sumToShape } from './gradient';

type Attributes = Readonly<Record<string, unknown>>;

const run = (name: string, inputs: Record<string, tf.Tensor>, attributes: Attributes): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

/** Adds up, along one axis, what was read from the same place: a product with a matrix of how much was read. */
function addUp(
  dy: tf.Tensor,
  axis: number,
  source: number,
  options: ResizeAttributes,
  kind: 'nearest' | 'linear',
): tf.Tensor {
  const target = dy.shape[axis];
  if (kind === 'nearest' && isRepetition(source, target, options)) {
    return tf.sum(
      tf.reshape(
        dy,
        dy.shape.flatMap((size, i) => (i === axis ? [source, target / source] : [size])),
      ),
      axis + 1,
    );
  }
  const matrix = tf.tensor2d(resizeMatrix(source, target, options, kind), [source, target]);
  const order = [0, 1, 2, 3].filter((i) => i !== axis);
  const permutation = [order[0], order[1], axis, order[2]];
  const summed = tf.matMul(matrix, tf.transpose(dy, permutation));
  return tf.transpose(
    summed,
    [0, 1, 2, 3].map((i) => permutation.indexOf(i)),
  );
}

const resize = (kind: 'nearest' | 'linear'): Gradient => ({
  save: ['images'],
  of: (dy, [images], attributes) => ({
    images: () => [1, 2].reduce((gradient, axis) => addUp(gradient, axis, images.shape[axis], attributes, kind), dy),
  }),
});

const averagePool = (kernel: string): Gradient => ({
  save: ['x'],
  of: (dy, [x], attributes) => ({
    x: () => {
      const ratio = overhang(x.shape, attributes);
      return run(kernel, { dy: ratio ? tf.mul(dy, ratio) : dy, input: x }, attributes);
    },
  }),
});

const maxPool = (kernel: string): Gradient => ({
  save: ['x'],
  saveOutput: true,
  of: (dy, [x, y], attributes) => ({ x: () => run(kernel, { dy, input: x, output: y }, attributes) }),
});

const dilation: Gradient = {
  save: ['x', 'filter'],
  of: (dy, [x, filter], attributes) => ({
    x: () => run('Dilation2DBackpropInput', { x, filter, dy }, attributes),
    filter: () => run('Dilation2DBackpropFilter', { x, filter, dy }, attributes),
  }),
};

const localResponse: Gradient = {
  save: ['x'],
  saveOutput: true,
  of: (dy, [x, y], attributes) => ({ x: () => run('LRNGrad', { x, y, dy }, attributes) }),
};

const batchNormalization: Gradient = {
  save: ['x', 'mean', 'variance', 'scale'],
  of: (dy, [x, mean, variance, scale], { varianceEpsilon }) => {
    const reciprocal = tf.rsqrt(tf.add(variance, varianceEpsilon as number));
    const centred = tf.sub(x, mean);
    const weighted = scale ? tf.mul(dy, scale) : dy;
    const to = (value: tf.Tensor): tf.Tensor => sumToShape(value, mean.shape);
    return {
      x: () => tf.mul(weighted, reciprocal),
      mean: () => tf.neg(to(tf.mul(weighted, reciprocal))),
      variance: () => {
        const cube = tf.mul(tf.mul(reciprocal, tf.square(reciprocal)), -0.5);
        return to(tf.mul(tf.mul(weighted, centred), cube));
      },
      scale: () => to(tf.mul(dy, tf.mul(centred, reciprocal))),
      offset: () => to(dy),
    };
  },
};

export const IMAGE_GRADIENTS: GradientTable = {
  ResizeNearestNeighbor: resize('nearest'),
  ResizeBilinear: resize('linear'),
  AvgPool: averagePool('AvgPoolGrad'),
  AvgPool3D: averagePool('AvgPool3DGrad'),
  MaxPool: maxPool('MaxPoolGrad'),
  MaxPool3D: maxPool('MaxPool3DGrad'),
  Dilation2D: dilation,
  LRN: localResponse,
  FusedBatchNorm: batchNormalization,
};
