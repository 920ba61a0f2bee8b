// Sums, means, extremes, softmax and matrix products.
import * as tf from '@tensorflow/tfjs-core';

import { booleans, random } from '../support';
import { type Case, one, two, withoutGradient } from './case';

export const REDUCTION_CASES: Case[] = [
  one(
    'sum',
    (x) => tf.sum(x, 1),
    () => random(3, 4, 2),
  ),
  one('sum of all', (x) => tf.sum(x)),
  one(
    'sum of a scalar',
    (x) => tf.sum(x),
    () => tf.scalar(3),
  ),
  one('sum over nothing', (x) => tf.sum(x, [])),
  withoutGradient(one('sum of integers', (x) => tf.sum(tf.cast(x, 'int32'), 0))),
  one(
    'mean',
    (x) => tf.mean(x, [0, 2], true),
    () => random(3, 4, 2),
  ),
  one('max', (x) => tf.max(x, -1)),
  one('min', (x) => tf.min(x, 0, true)),
  withoutGradient(one('prod', (x) => tf.prod(x, 1))),
  { name: 'prod of truth values', fn: ({ x }) => tf.prod(x, 1), inputs: () => ({ x: booleans(3, 2) }) },
  one('cumsum', (x) => tf.cumsum(x, 1)),
  one('cumsum, exclusive and reverse', (x) => tf.cumsum(x, 0, true, true)),
  one('softmax', (x) => tf.softmax(x)),
  one('logSoftmax', (x) => tf.logSoftmax(x)),
  { name: 'argMax', fn: ({ x }) => tf.argMax(x, -1), inputs: () => ({ x: random(3, 7) }) },
  { name: 'topk', fn: ({ x }) => tf.topk(x, 3).values, inputs: () => ({ x: random(3, 7) }) },
  { name: 'topk positions', fn: ({ x }) => tf.topk(x, 3).indices, inputs: () => ({ x: random(3, 7) }) },

  two(
    'matMul',
    (a, b) => tf.matMul(a, b),
    () => random(4, 3),
    () => random(3, 5),
  ),
  two(
    'matMul, left transposed',
    (a, b) => tf.matMul(a, b, true, false),
    () => random(2, 3, 4),
    () => random(2, 3, 5),
  ),
  two(
    'matMul, right transposed',
    (a, b) => tf.matMul(a, b, false, true),
    () => random(2, 4, 3),
    () => random(2, 5, 3),
  ),
  two(
    'matMul, both transposed',
    (a, b) => tf.matMul(a, b, true, true),
    () => random(3, 4),
    () => random(5, 3),
  ),
  two(
    'matMul of a batch with one matrix',
    (a, b) => tf.matMul(a, b),
    () => random(2, 4, 3),
    () => random(3, 5),
  ),
  two(
    'matMul of a batch with one transposed matrix',
    (a, b) => tf.matMul(a, b, false, true),
    () => random(2, 4, 3),
    () => random(5, 3),
  ),
  two(
    'matMul of one matrix with a batch',
    (a, b) => tf.matMul(a, b),
    () => random(1, 4, 3),
    () => random(2, 3, 5),
  ),
  ...(['linear', 'relu', 'elu', 'sigmoid', 'relu6', 'leakyrelu'] as const).map((activation): Case => ({
    name: `fused matMul with ${activation}`,
    fn: ({ a, b, bias }) => tf.fused.matMul({ a, b, bias, activation, leakyreluAlpha: 0.3 }),
    inputs: () => ({ a: random(4, 3), b: random(3, 5), bias: random(5) }),
  })),
  {
    name: 'fused matMul with prelu',
    fn: ({ a, b, slope }) => tf.fused.matMul({ a, b, activation: 'prelu', preluActivationWeights: slope }),
    inputs: () => ({ a: random(4, 3), b: random(3, 5), slope: random(5) }),
  },
  {
    name: 'einsum',
    fn: ({ a, b }) => tf.einsum('bij,bjk->bik', a, b),
    inputs: () => ({ a: random(2, 3, 4), b: random(2, 4, 5) }),
  },
];
