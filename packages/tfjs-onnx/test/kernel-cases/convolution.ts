// tfjs' own convolutions, pooling, normalisation and dilation. The first numbers of most cases are those of tfjs' own tests' shapes.
import * as tf from '@tensorflow/tfjs-core';

import { between, integers, random } from '../support';
import { type Case, engine, one, withoutGradient } from './case';

type T3 = tf.Tensor3D;
type T4 = tf.Tensor4D;
type T5 = tf.Tensor5D;

/** A convolution of x with f, both random. */
const convolution = (name: string, x: number[], f: number[], fn: (x: tf.Tensor, f: tf.Tensor) => tf.Tensor): Case => ({
  name,
  fn: (inputs) => fn(inputs.x, inputs.f),
  inputs: () => ({ x: random(...x), f: random(...f) }),
  by: ['x', 'f'],
});

/** A tensor of shape `[...]` in which no two numbers are equal or near: the maximum does not change within a small step. */
const distinct = (...shape: number[]): tf.Tensor => {
  const size = shape.reduce((a, b) => a * b, 1);
  const order = Array.from({ length: size }, (_, i) => (i * 7919) % size);
  return tf.tensor(
    order.map((place) => place / 10 - size / 20),
    shape,
  );
};

export const CONVOLUTION_CASES: Case[] = [
  convolution('conv2d, valid', [2, 5, 6, 3], [3, 2, 3, 4], (x, f) => tf.conv2d(x as T4, f as T4, 1, 'valid')),
  convolution('conv2d, same, stride 2', [1, 7, 6, 2], [3, 3, 2, 3], (x, f) => tf.conv2d(x as T4, f as T4, 2, 'same')),
  convolution('conv2d, dilated', [1, 8, 7, 2], [3, 2, 2, 3], (x, f) =>
    tf.conv2d(x as T4, f as T4, 1, 'same', 'NHWC', [2, 3]),
  ),
  convolution('conv2d, padded per side', [1, 5, 6, 2], [3, 3, 2, 2], (x, f) =>
    tf.conv2d(
      x as T4,
      f as T4,
      [2, 1],
      [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ],
    ),
  ),
  convolution('conv2d, lengths rounded up', [1, 6, 7, 1], [3, 3, 1, 2], (x, f) =>
    tf.conv2d(x as T4, f as T4, 2, 1, 'NHWC', 1, 'ceil'),
  ),
  convolution('conv2d of one picture', [5, 5, 1], [2, 2, 1, 1], (x, f) => tf.conv2d(x as T3, f as T4, 1, 'valid')),
  convolution('conv1d', [2, 9, 3], [3, 3, 4], (x, f) => tf.conv1d(x as T3, f as T3, 2, 'same')),
  convolution('conv2dTranspose', [2, 3, 4, 3], [3, 3, 2, 3], (x, f) =>
    tf.conv2dTranspose(x as T4, f as T4, [2, 6, 8, 2], 2, 'same'),
  ),
  convolution('conv2dTranspose, valid', [1, 3, 3, 2], [2, 2, 3, 2], (x, f) =>
    tf.conv2dTranspose(x as T4, f as T4, [1, 4, 4, 3], 1, 'valid'),
  ),
  withoutGradient(
    convolution('conv2d, channels first', [2, 3, 5, 6], [3, 3, 3, 4], (x, f) =>
      tf.getBackend() === 'cpu' || true ? tf.conv2d(x as T4, f as T4, 1, 'same', 'NCHW') : x,
    ),
  ),
  convolution('depthwiseConv2d', [2, 6, 5, 3], [3, 2, 3, 2], (x, f) =>
    tf.depthwiseConv2d(x as T4, f as T4, [1, 1], 'same'),
  ),
  convolution('depthwiseConv2d, stride 2', [1, 7, 7, 2], [3, 3, 2, 1], (x, f) =>
    tf.depthwiseConv2d(x as T4, f as T4, 2, 'valid'),
  ),
  convolution('depthwiseConv2d, dilated', [1, 8, 7, 2], [2, 3, 2, 2], (x, f) =>
    tf.depthwiseConv2d(x as T4, f as T4, 1, 'same', 'NHWC', [3, 2]),
  ),
  {
    name: 'separableConv2d',
    fn: ({ x, d, p }) => tf.separableConv2d(x as T4, d as T4, p as T4, 1, 'same'),
    inputs: () => ({ x: random(1, 5, 5, 2), d: random(3, 3, 2, 2), p: random(1, 1, 4, 3) }),
    by: ['x', 'd', 'p'],
  },
  convolution('conv3d', [1, 4, 5, 4, 2], [2, 3, 2, 2, 3], (x, f) => tf.conv3d(x as T5, f as T5, 1, 'same')),
  convolution('conv3d, stride 2, valid', [1, 5, 5, 5, 1], [2, 2, 2, 1, 2], (x, f) =>
    tf.conv3d(x as T5, f as T5, 2, 'valid'),
  ),
  convolution('conv3d, dilated', [1, 6, 5, 5, 1], [2, 2, 3, 1, 2], (x, f) =>
    tf.conv3d(x as T5, f as T5, 1, 'valid', 'NDHWC', [2, 1, 2]),
  ),
  convolution('conv3dTranspose', [1, 2, 3, 2, 2], [2, 2, 2, 1, 2], (x, f) =>
    tf.conv3dTranspose(x as T5, f as T5, [1, 4, 6, 4, 1], 2, 'same'),
  ),
  ...(['linear', 'relu', 'elu', 'relu6', 'sigmoid', 'leakyrelu'] as const).map((activation): Case => ({
    name: `fused conv2d with ${activation}`,
    fn: ({ x, f, bias }) =>
      tf.fused.conv2d({ x: x as T4, filter: f as T4, strides: 1, pad: 'same', bias, activation, leakyreluAlpha: 0.3 }),
    inputs: () => ({ x: random(1, 4, 5, 2), f: random(3, 3, 2, 3), bias: random(3) }),
  })),
  {
    name: 'fused conv2d with prelu',
    fn: ({ x, f, slope }) =>
      tf.fused.conv2d({
        x: x as T4,
        filter: f as T4,
        strides: 1,
        pad: 'valid',
        activation: 'prelu',
        preluActivationWeights: slope,
      }),
    inputs: () => ({ x: random(1, 4, 5, 2), f: random(3, 3, 2, 3), slope: random(3) }),
  },
  {
    name: 'fused depthwiseConv2d',
    fn: ({ x, f, bias }) =>
      tf.fused.depthwiseConv2d({ x: x as T4, filter: f as T4, strides: 1, pad: 'same', bias, activation: 'relu' }),
    inputs: () => ({ x: random(1, 4, 5, 2), f: random(3, 3, 2, 2), bias: random(4) }),
  },

  one(
    'avgPool',
    (x) => tf.avgPool(x as T4, 2, 1, 'valid'),
    () => random(2, 4, 5, 3),
  ),
  one(
    'avgPool over the border',
    (x) => tf.avgPool(x as T4, [3, 2], 2, 'same'),
    () => random(1, 5, 5, 2),
  ),
  // tfjs' kernel of the gradient forgets the rounding.
  withoutGradient(
    one(
      'avgPool, lengths rounded up',
      (x) => tf.avgPool(x as T4, 2, 2, 0, 'ceil'),
      () => random(1, 5, 5, 1),
    ),
  ),
  one(
    'maxPool',
    (x) => tf.maxPool(x as T4, 2, 1, 'valid'),
    () => distinct(2, 4, 5, 3),
  ),
  one(
    'maxPool over the border',
    (x) => tf.maxPool(x as T4, 3, 2, 'same'),
    () => distinct(1, 5, 6, 2),
  ),
  {
    name: 'maxPool of whole numbers',
    fn: ({ x }) => tf.maxPool(x as T4, 2, 2, 'valid'),
    inputs: () => ({ x: integers(-9, 9, 1, 4, 4, 2) }),
  },
  one(
    'maxPool of equals',
    (x) => tf.maxPool(tf.add(tf.zerosLike(x), 1) as T4, 2, 2, 'valid'),
    () => random(1, 4, 4, 1),
  ),
  one(
    'avgPool3d',
    (x) => tf.avgPool3d(x as T5, 2, 1, 'valid'),
    () => random(1, 3, 4, 4, 2),
  ),
  one(
    'avgPool3d over the border',
    (x) => tf.avgPool3d(x as T5, 3, 2, 'same'),
    () => random(1, 4, 5, 4, 1),
  ),
  one(
    'maxPool3d',
    (x) => tf.maxPool3d(x as T5, 2, 1, 'same'),
    () => distinct(1, 3, 4, 4, 2),
  ),
  ...[true, false].flatMap((batch): Case[] =>
    (['result', 'indexes'] as const).map((which) => ({
      name: `maxPoolWithArgmax, ${which}${batch ? ', batch counted' : ''}`,
      fn: ({ x }) => tf.maxPoolWithArgmax(x as T4, 2, 2, 'same', batch)[which],
      inputs: () => ({ x: distinct(2, 4, 5, 3) }),
    })),
  ),
  one(
    'pool',
    (x) => tf.pool(x as T4, [2, 2], 'avg', 'valid', [1, 2], 1),
    () => random(1, 5, 6, 2),
  ),
  {
    name: 'AvgPoolGrad',
    fn: ({ dy, input }) => engine('AvgPoolGrad', { dy, input }, { filterSize: 3, strides: 2, pad: 'same' }),
    inputs: () => ({ dy: random(1, 3, 3, 2), input: random(1, 5, 5, 2) }),
  },

  {
    name: 'batchNorm',
    fn: ({ x, mean, variance, offset, scale }) =>
      tf.batchNorm(x as T4, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D),
    inputs: () => ({
      x: random(2, 3, 4, 5),
      mean: random(5),
      variance: between(0.5, 2, 5),
      offset: random(5),
      scale: random(5),
    }),
    by: ['x', 'mean', 'variance', 'offset', 'scale'],
  },
  {
    name: 'batchNorm by element, without scale and offset',
    fn: ({ x, mean, variance }) => tf.batchNorm(x as T4, mean as T4, variance as T4),
    inputs: () => ({ x: random(1, 2, 3, 2), mean: random(1, 2, 3, 2), variance: between(0.5, 2, 1, 2, 3, 2) }),
  },
  one(
    'localResponseNormalization',
    (x) => tf.localResponseNormalization(x as T4, 2, 1.2, 0.7, 0.6),
    () => random(1, 2, 3, 7),
  ),
  {
    name: 'dilation2d',
    fn: ({ x, f }) => tf.dilation2d(x as T4, tf.mul(f, 0.01) as T3, 1, 'same'),
    inputs: () => ({ x: distinct(2, 5, 6, 2), f: random(2, 3, 2) }),
    by: ['x', 'f'],
  },
];
