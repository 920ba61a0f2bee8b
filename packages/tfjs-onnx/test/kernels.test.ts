// Every kernel and every gradient, eagerly and traced, on random inputs.
import * as tf from '@tensorflow/tfjs-core';

import { ELEMENTWISE_GRADIENTS } from '../src/gradients/elementwise';
import { REDUCTION_GRADIENTS } from '../src/gradients/reduction';
import { SHAPE_GRADIENTS } from '../src/gradients/shape';
import { registerGradients } from '../src/index';
import { KERNELS } from '../src/kernels/index';
import {
  between,
  booleans,
  expectGradientIsSlope,
  expectTracedEqualsEager,
  gradientsOf,
  integers,
  random,
  type Tensors,
} from './support';

interface Case {
  readonly name: string;
  readonly fn: (inputs: Tensors) => tf.Tensor;
  readonly inputs: () => Tensors;
  /** Inputs to differentiate with respect to; none for functions without a gradient. */
  readonly by?: readonly string[];
}

// Which kernels and gradients the cases below have reached: each table entry reports when it is called.
const reached = new Set<string>();
for (const [name, kernel] of Object.entries(KERNELS)) {
  (KERNELS as Record<string, typeof kernel>)[name] = (call) => {
    reached.add(name);
    return kernel(call);
  };
}
const gradientTables = [ELEMENTWISE_GRADIENTS, REDUCTION_GRADIENTS, SHAPE_GRADIENTS] as Record<
  string,
  (typeof ELEMENTWISE_GRADIENTS)[string]
>[];
for (const table of gradientTables) {
  for (const [name, gradient] of Object.entries(table)) {
    table[name] = {
      ...gradient,
      of: (dy, saved, attributes) => {
        reached.add(`gradient of ${name}`);
        return gradient.of(dy, saved, attributes);
      },
    };
  }
}

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  registerGradients();
});

const engine = (name: string, inputs: Tensors, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

/** A case with one float input x. */
const one = (name: string, fn: (x: tf.Tensor) => tf.Tensor, x: () => tf.Tensor = () => random(3, 4)): Case => ({
  name,
  fn: (inputs) => fn(inputs.x),
  inputs: () => ({ x: x() }),
  by: ['x'],
});

/** A case with two float inputs that broadcast. */
const two = (
  name: string,
  fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  a: () => tf.Tensor = () => random(2, 3, 4),
  b: () => tf.Tensor = () => random(3, 1),
): Case => ({
  name,
  fn: (inputs) => fn(inputs.a, inputs.b),
  inputs: () => ({ a: a(), b: b() }),
  by: ['a', 'b'],
});

const withoutGradient = (testCase: Case): Case => ({ ...testCase, by: undefined });

/** A function without slope, joined to one that has: its gradient must be there, and be nothing. */
const flat = (name: string, fn: (x: tf.Tensor) => tf.Tensor): Case =>
  one(
    name,
    (x) => tf.add(tf.cast(fn(x), 'float32'), x),
    () => tf.add(integers(-3, 3, 3, 4), 0.3),
  );

/** Away from zero, so that a small step does not cross a kink. */
const awayFromZero =
  (...shape: number[]) =>
  (): tf.Tensor =>
    tf.mul(tf.sign(random(...shape)), between(0.2, 2, ...shape));

const positive =
  (...shape: number[]) =>
  (): tf.Tensor =>
    between(0.5, 2, ...shape);

const inside =
  (...shape: number[]) =>
  (): tf.Tensor =>
    between(-0.8, 0.8, ...shape);

const compare = (name: string, fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case[] => [
  withoutGradient(
    two(
      `${name} of integers`,
      fn,
      () => integers(0, 3, 4, 5),
      () => integers(0, 3, 5),
    ),
  ),
  two(`${name}, joined to its operands`, (a, b) => tf.add(tf.add(tf.cast(fn(a, b), 'float32'), a), b)),
];

const logical = (name: string, fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case[] => [
  { name, fn: ({ a, b }) => fn(a, b), inputs: () => ({ a: booleans(4, 5), b: booleans(5) }) },
  two(
    `${name} of comparisons`,
    (a, b) => tf.add(tf.cast(fn(tf.greater(a, 0), tf.greater(b, 0)), 'float32'), tf.add(a, b)),
    awayFromZero(4, 5),
    awayFromZero(4, 5),
  ),
];

const CASES: Case[] = [
  one('abs', tf.abs, awayFromZero(3, 4)),
  one('acos', tf.acos, inside(3, 4)),
  one('acosh', tf.acosh, () => between(1.5, 3, 3, 4)),
  one('asin', tf.asin, inside(3, 4)),
  one('asinh', tf.asinh),
  one('atan', tf.atan),
  one('atanh', tf.atanh, inside(3, 4)),
  one('cos', tf.cos),
  one('cosh', tf.cosh),
  one('elu', tf.elu, awayFromZero(3, 4)),
  one('erf', tf.erf),
  one('exp', tf.exp),
  one('expm1', tf.expm1),
  one('leakyRelu', (x) => tf.leakyRelu(x, 0.1), awayFromZero(3, 4)),
  one('leakyRelu with a negative slope', (x) => tf.leakyRelu(x, -0.5), awayFromZero(3, 4)),
  one('log', tf.log, positive(3, 4)),
  one('log1p', tf.log1p, positive(3, 4)),
  one('neg', tf.neg),
  one('reciprocal', tf.reciprocal, positive(3, 4)),
  one('relu', tf.relu, awayFromZero(3, 4)),
  one('relu6', (x) => tf.relu6(tf.mul(x, 5)), awayFromZero(3, 4)),
  one('rsqrt', tf.rsqrt, positive(3, 4)),
  one('selu', tf.selu, awayFromZero(3, 4)),
  one('sigmoid', tf.sigmoid),
  one('sin', tf.sin),
  one('sinh', tf.sinh),
  one('softplus', tf.softplus),
  one('sqrt', tf.sqrt, positive(3, 4)),
  one('square', tf.square),
  one('tan', tf.tan, inside(3, 4)),
  one('tanh', tf.tanh),
  one(
    'clipByValue',
    (x) => tf.clipByValue(x, -0.5, 0.7),
    () => tf.tensor([-2, -0.9, -0.3, 0.1, 0.5, 0.9]),
  ),
  one('identity', tf.clone),
  flat('ceil', tf.ceil),
  flat('floor', tf.floor),
  flat('round', tf.round),
  flat('sign', tf.sign),
  flat('step', (x) => tf.step(x)),
  flat('step with a slope', (x) => tf.step(x, 0.5)),
  flat('isNaN', tf.isNaN),
  flat('isInf', tf.isInf),
  flat('isFinite', tf.isFinite),
  flat('zerosLike', tf.zerosLike),
  flat('onesLike', tf.onesLike),
  flat('logicalNot', (x) => tf.logicalNot(tf.greater(x, 0))),
  one('argMax, joined to its operand', (x) => tf.add(tf.cast(tf.argMax(x, 0), 'float32'), x)),
  one('argMin, joined to its operand', (x) => tf.add(tf.cast(tf.argMin(x, 0), 'float32'), x)),
  flat('all', (x) => tf.all(tf.greater(x, -1), 1, true)),
  flat('any', (x) => tf.any(tf.greater(x, 1), 0)),
  withoutGradient(
    one(
      'rounding of halves',
      (x) => tf.round(tf.mul(x, 0.5)),
      () => tf.range(-5, 6),
    ),
  ),
  {
    name: 'special values',
    fn: ({ x }) => tf.stack([tf.isNaN(x), tf.isInf(x), tf.isFinite(x)]),
    inputs: () => ({ x: tf.tensor([NaN, Infinity, -Infinity, 0, 1]) }),
  },
  {
    name: 'integer arithmetic',
    fn: ({ a, b }) => tf.sub(tf.mul(tf.add(a, b), tf.abs(a)), tf.neg(tf.maximum(a, tf.minimum(b, 2)))),
    inputs: () => ({ a: integers(-9, 9, 3, 5), b: integers(-9, 9, 5) }),
  },

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

test.each(CASES.map((testCase) => [testCase.name, testCase] as const))('%s', async (_name, { fn, inputs, by }) => {
  const tensors = inputs();
  await expectTracedEqualsEager((given) => ({ y: fn(given) }), tensors);
  if (!by) return;
  const weights = random(...fn(tensors).shape);
  expectGradientIsSlope(fn, by, tensors, weights);
  await expectTracedEqualsEager(gradientsOf(fn, by, weights), tensors);
});

test('every kernel and every gradient has a case above', () => {
  const all = [
    ...Object.keys(KERNELS),
    ...gradientTables.flatMap((table) => Object.keys(table).map((name) => `gradient of ${name}`)),
  ];
  expect(all.filter((name) => !reached.has(name))).toEqual([]);
});
