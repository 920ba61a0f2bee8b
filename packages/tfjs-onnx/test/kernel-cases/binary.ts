// Functions of two tensors, element by element, broadcasting.
import * as tf from '@tensorflow/tfjs-core';

import { booleans, integers, random } from '../support';
import { awayFromZero, type Case, compare, engine, logical, one, positive, two } from './case';

export const BINARY_CASES: Case[] = [
  two('add', tf.add),
  two('sub', tf.sub),
  two('mul', tf.mul),
  two('div', tf.div, undefined, positive(3, 1)),
  two('maximum', tf.maximum, undefined, () => tf.add(integers(-2, 2, 4), 0.5)),
  two('minimum', tf.minimum, undefined, () => tf.add(integers(-2, 2, 4), 0.5)),
  two('pow', tf.pow, positive(2, 3, 4)),
  one('pow with an even exponent', (x) => tf.add(tf.pow(x, 2), tf.pow(x, 1)), awayFromZero(3, 4)),
  two('squaredDifference', tf.squaredDifference),
  two(
    'mod',
    tf.mod,
    () => tf.add(integers(-9, 9, 3, 4), 0.3),
    () => tf.tensor([2, -3, 5, 2.5]),
  ),
  two('atan2', tf.atan2, awayFromZero(3, 4), awayFromZero(3, 4)),
  {
    name: 'atan2 on the axes',
    fn: ({ a, b }) => tf.atan2(a, b),
    inputs: () => ({ a: tf.tensor([0, 1, -1, 0, 0]), b: tf.tensor([1, 0, 0, -1, 0]) }),
  },
  {
    name: 'mod of integers',
    fn: ({ a, b }) => tf.mod(a, b),
    inputs: () => ({ a: integers(-9, 9, 12), b: integers(1, 5, 12) }),
  },
  {
    name: 'floorDiv of integers',
    fn: ({ a, b }) => tf.floorDiv(a, b),
    inputs: () => ({ a: integers(-9, 9, 12), b: integers(1, 5, 12) }),
  },
  two(
    'floorDiv',
    (a, b) => tf.add(engine('FloorDiv', { a, b }), tf.add(a, b)),
    () => tf.add(integers(-9, 9, 3, 4), 0.3),
    () => tf.tensor([2, 3, 5, 2.5]),
  ),
  {
    name: 'bitwiseAnd',
    fn: ({ a, b }) => tf.bitwiseAnd(a, b),
    inputs: () => ({ a: integers(0, 99, 8), b: integers(0, 99, 8) }),
  },
  ...compare('greater', tf.greater),
  ...compare('greaterEqual', tf.greaterEqual),
  ...compare('less', tf.less),
  ...compare('lessEqual', tf.lessEqual),
  ...compare('equal', tf.equal),
  ...compare('notEqual', tf.notEqual),
  ...logical('logicalAnd', tf.logicalAnd),
  ...logical('logicalOr', tf.logicalOr),
  ...logical('logicalXor', tf.logicalXor),
  {
    name: 'where',
    fn: ({ c, a, b }) => tf.where(c, a, b),
    inputs: () => ({ c: booleans(4, 5), a: random(4, 5), b: random(5) }),
    by: ['a', 'b'],
  },
  two(
    'where by a comparison',
    (a, b) => tf.where(tf.greater(a, b), tf.mul(a, 2), b),
    awayFromZero(4, 5),
    () => tf.zeros([4, 5]),
  ),
  {
    name: 'where of integers',
    fn: ({ c, a }) => tf.where(c, a, tf.zerosLike(a)),
    inputs: () => ({ c: booleans(4), a: integers(0, 9, 4) }),
  },
  {
    name: 'prelu',
    fn: ({ x, alpha }) => tf.prelu(x, alpha),
    inputs: () => ({ x: awayFromZero(2, 3, 4)(), alpha: random(3, 1) }),
    by: ['x', 'alpha'],
  },
  {
    name: 'addN',
    fn: ({ a, b, c }) => tf.addN([a, b, c]),
    inputs: () => ({ a: random(3), b: random(3), c: random(3) }),
    by: ['a', 'b', 'c'],
  },
  {
    name: 'cast',
    fn: ({ x }) => tf.cast(tf.cast(tf.cast(tf.mul(x, 3), 'int32'), 'bool'), 'float32'),
    inputs: () => ({ x: random(9) }),
  },
  {
    name: 'eluGrad',
    fn: ({ dy, y }) => engine('EluGrad', { dy, y }),
    inputs: () => ({ dy: random(9), y: tf.elu(random(9)) }),
  },
];
