// Reading and writing at positions given by a tensor.
import * as tf from '@tensorflow/tfjs-core';

import { integers, random } from '../support';
import { awayFromZero, type Case, two } from './case';

export const INDEXING_CASES: Case[] = [
  {
    name: 'gather',
    fn: ({ x, i }) => tf.gather(x, i),
    inputs: () => ({ x: random(7, 3), i: integers(0, 7, 2, 9) }),
    by: ['x'],
  },
  {
    name: 'gather along an inner axis',
    fn: ({ x, i }) => tf.gather(x, i, 1),
    inputs: () => ({ x: random(2, 5, 3), i: integers(0, 5, 4) }),
    by: ['x'],
  },
  {
    name: 'gather in a batch',
    fn: ({ x, i }) => tf.gather(x, i, 1, 1),
    inputs: () => ({ x: random(2, 5, 3), i: integers(0, 5, 2, 4) }),
  },
  {
    name: 'gather by computed positions',
    fn: ({ x }) => tf.add(tf.gather(x, tf.cast(tf.step(x), 'int32')), x),
    inputs: () => ({ x: awayFromZero(5)() }),
    by: ['x'],
  },
  {
    name: 'gatherND',
    fn: ({ x, i }) => tf.gatherND(x, i),
    inputs: () => ({ x: random(4, 5, 3), i: integers(0, 4, 6, 2) }),
    by: ['x'],
  },
  {
    name: 'scatterND',
    fn: ({ i, x }) => tf.scatterND(i, x, [6, 2]),
    inputs: () => ({ x: random(4, 2), i: tf.tensor2d([[0], [3], [0], [5]], undefined, 'int32') }),
    by: ['x'],
  },
  {
    name: 'tensorScatterUpdate',
    fn: ({ t, i, x }) => tf.tensorScatterUpdate(t, i, x),
    inputs: () => ({ t: random(6, 2), x: random(2, 2), i: tf.tensor2d([[1], [4]], undefined, 'int32') }),
  },
  {
    name: 'unsortedSegmentSum',
    fn: ({ x, i }) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 4),
    inputs: () => ({ x: random(9, 2), i: integers(0, 4, 9) }),
    by: ['x'],
  },
  {
    name: 'oneHot',
    fn: ({ i }) => tf.oneHot(i, 5),
    inputs: () => ({ i: tf.tensor([0, 4, -1, 2, 5], undefined, 'int32') }),
  },
  {
    name: 'oneHot with other values',
    fn: ({ i }) => tf.oneHot(i, 5, 3, -2),
    inputs: () => ({ i: integers(0, 5, 2, 3) }),
  },
  {
    name: 'oneHot of computed positions',
    fn: ({ x }) => tf.add(tf.cast(tf.oneHot(tf.cast(x, 'int32'), 3), 'float32'), tf.expandDims(x, 1)),
    inputs: () => ({ x: tf.tensor([0.3, 1.4, 2.5]) }),
    by: ['x'],
  },
  two(
    'a loss',
    (a, b) => tf.mean(tf.square(tf.sub(tf.tanh(tf.matMul(a, b)), 0.3))),
    () => random(4, 3),
    () => random(3, 5),
  ),
  {
    name: 'positions of comparisons',
    fn: ({ x }) =>
      tf.add(
        tf.cast(tf.gatherND(tf.reshape(x, [4, 1]), tf.cast(tf.reshape(tf.step(x), [4, 1]), 'int32')), 'float32'),
        0,
      ),
    inputs: () => ({ x: awayFromZero(4)() }),
    by: ['x'],
  },
  {
    name: 'sums by computed segment',
    fn: ({ x }) => tf.unsortedSegmentSum(x, tf.cast(tf.step(x), 'int32') as tf.Tensor1D, 2),
    inputs: () => ({ x: awayFromZero(5)() }),
    by: ['x'],
  },
  {
    name: 'scatter to computed places',
    fn: ({ x }) => tf.scatterND(tf.cast(tf.reshape(tf.step(x), [5, 1]), 'int32'), x, [2]),
    inputs: () => ({ x: awayFromZero(5)() }),
    by: ['x'],
  },
];
