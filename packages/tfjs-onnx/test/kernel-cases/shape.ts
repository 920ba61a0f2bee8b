// Moving, cutting, joining, padding, repeating, making.
import * as tf from '@tensorflow/tfjs-core';

import { random } from '../support';
import { type Case, engine, one, two, withoutGradient } from './case';

export const SHAPE_CASES: Case[] = [
  one('reshape', (x) => tf.reshape(x, [2, -1])),
  one('expandDims', (x) => tf.expandDims(x, -1)),
  one(
    'squeeze',
    (x) => tf.squeeze(x),
    () => random(3, 1, 4),
  ),
  one(
    'transpose',
    (x) => tf.transpose(x, [2, 0, 1]),
    () => random(2, 3, 4),
  ),
  one('slice', (x) => tf.slice(x, [1, 0], [-1, 2])),
  one('slice of everything', (x) => tf.slice(x, [0, 0])),
  one(
    'stridedSlice',
    (x) => tf.stridedSlice(x, [1, 0], [7, 5], [2, 3]),
    () => random(7, 5),
  ),
  one(
    'stridedSlice backwards',
    (x) => tf.stridedSlice(x, [6, 0], [0, 5], [-2, 1]),
    () => random(7, 5),
  ),
  one(
    'stridedSlice with masks',
    (x) => tf.stridedSlice(x, [0, 1, 2], [0, 4, 3], [1, 1, 1], 1, 1, 0, 0, 4),
    () => random(3, 5, 4),
  ),
  two(
    'concat',
    (a, b) => tf.concat([a, b, a], 1),
    () => random(2, 3),
    () => random(2, 4),
  ),
  two(
    'stack',
    (a, b) => tf.stack([a, b], 1),
    () => random(2, 3),
    () => random(2, 3),
  ),
  one('stack of one', (x) => tf.stack([x])),
  one('unstack', (x) => tf.mul(tf.unstack(x, 1)[2], 2)),
  one('split', (x) => tf.mul(tf.split(x, [1, 3], 1)[1], 2)),
  one('split evenly', (x) => tf.sub(...(tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor]))),
  one('tile', (x) => tf.tile(x, [2, 3])),
  one(
    'tile of axes of length one',
    (x) => tf.tile(x, [1, 3, 2]),
    () => random(2, 1, 4),
  ),
  one(
    'broadcastTo',
    (x) => tf.broadcastTo(x, [5, 3, 4]),
    () => random(3, 1),
  ),
  one(
    'BroadcastTo as a kernel',
    (x) => (tf.getBackend() === 'cpu' ? tf.broadcastTo(x, [3, 4]) : engine('BroadcastTo', { x }, { shape: [3, 4] })),
    () => random(3, 1),
  ),
  one('pad', (x) =>
    tf.pad(
      x,
      [
        [1, 2],
        [0, 3],
      ],
      0.5,
    ),
  ),
  one('pad with nothing', (x) =>
    tf.pad(x, [
      [0, 0],
      [0, 0],
    ]),
  ),
  one('mirrorPad, reflected', (x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [2, 3],
      ],
      'reflect',
    ),
  ),
  one('mirrorPad, symmetric', (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 2],
        [3, 0],
      ],
      'symmetric',
    ),
  ),
  one('reverse', (x) => tf.reverse(x, [0, 1])),
  one('fill', (x) => tf.mul(x, tf.fill([3, 4], 2.5))),
  one('range', (x) => tf.mul(x, tf.range(0, 2, 0.5))),
  one('linspace', (x) => tf.mul(x, tf.linspace(-1, 1, 4))),
  one('numbers made in the function', (x) => tf.add(x, tf.tensor2d([[1], [2], [3]]))),
  one(
    'upsampling by a factor',
    (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [6, 8]),
    () => random(2, 3, 4, 2),
  ),
  one(
    'upsampling to any size',
    (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [5, 4]),
    () => random(2, 3, 4, 2),
  ),
  withoutGradient(
    one(
      'upsampling with aligned corners',
      (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [6, 7], true),
      () => random(2, 3, 4, 2),
    ),
  ),
  withoutGradient(
    one(
      'upsampling with centred pixels',
      (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, [5, 8], false, true),
      () => random(2, 3, 4, 2),
    ),
  ),
];
