// Fused ops: eagerly composed of tfjs ops and differentiated by tfjs, traced as one ONNX node with a gradient of its own. The
// two ways share no code, so each checks the other; finite differences check both.
import * as tf from '@tensorflow/tfjs-core';

import {
  conv1d,
  type Conv1dOptions,
  conv2d,
  type Conv2dOptions,
  convTranspose1d,
  type ConvTranspose1dOptions,
  defineFusedOp,
  headAttention,
  layerNormalization,
  multiHeadAttention,
  registerGradients,
  trace,
  TraceError,
} from '../src/index';
import { inputGradientOfLargeKernel } from '../src/fused/input-gradient';
import { kernelGradient } from '../src/fused/kernel-gradient';
import {
  expectGradientIsSlope,
  expectTracedEqualsEager,
  gradientsOf,
  largestDifference,
  random,
  type Tensors,
} from './support';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  registerGradients();
});

async function check(fn: (inputs: Tensors) => tf.Tensor, inputs: Tensors, by = Object.keys(inputs)): Promise<void> {
  await expectTracedEqualsEager((given) => ({ y: fn(given) }), inputs);
  const weights = random(...fn(inputs).shape);
  expectGradientIsSlope(fn, by, inputs, weights);
  await expectTracedEqualsEager(gradientsOf(fn, by, weights), inputs);
}

/** Every op of the graph once, in alphabetical order. */
function opsOf(fn: (inputs: Tensors) => tf.Tensor, inputs: Tensors, target?: 'cpu' | 'gpu'): string[] {
  const graph = trace(
    (given) => ({ y: fn(given) }),
    Object.entries(inputs).map(([name, { shape }]) => ({ name, shape })),
    { target },
  );
  return [...new Set(graph.nodes.map((node) => node.op))].sort();
}

/** What PyTorch computes, written as loops over its definition. */
function naiveConv1d(
  x: tf.Tensor,
  w: tf.Tensor,
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: Conv1dOptions,
): number[] {
  const [batch, channels, length] = x.shape;
  const [outputs, groupChannels, kernel] = w.shape;
  const [before, after] = typeof padding === 'number' ? [padding, padding] : padding;
  const count = Math.floor((length + before + after - dilation * (kernel - 1) - 1) / stride) + 1;
  const [xs, ws] = [x.dataSync(), w.dataSync()];
  const y: number[] = [];
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < outputs; o++)
      for (let t = 0; t < count; t++) {
        const group = Math.floor(o / (outputs / groups));
        let sum = 0;
        for (let c = 0; c < groupChannels; c++)
          for (let k = 0; k < kernel; k++) {
            const position = t * stride + k * dilation - before;
            if (position < 0 || position >= length) continue;
            sum +=
              xs[(b * channels + group * groupChannels + c) * length + position] *
              ws[(o * groupChannels + c) * kernel + k];
          }
        y.push(sum);
      }
  return y;
}

const CONV1D: [string, Conv1dOptions & { kernel?: number }][] = [
  ['plain', {}],
  ['with padding', { padding: 1 }],
  ['with more padding than the kernel reaches', { padding: 4 }],
  ['with a stride', { stride: 2, padding: 1 }],
  ['dilated, padded on one side', { dilation: 2, padding: [4, 0] }],
  ['dilated with a stride', { dilation: 2, stride: 3, padding: 2 }],
  ['in groups', { groups: 2, padding: 1 }],
  ['in groups with a stride', { groups: 2, stride: 2 }],
  ['with a stride shorter than the kernel', { groups: 2, stride: 2, padding: 2, kernel: 5 }],
  ['dilated with a shorter stride', { stride: 2, padding: 3, dilation: 3, kernel: 4 }],
  ['depthwise, twice as many outputs', { groups: 4, padding: [2, 0] }],
];

test.each(CONV1D)('conv1d %s', async (_name, { kernel = 3, ...options }) => {
  const inputs = { x: random(2, 4, 11), w: random(8, 4 / (options.groups ?? 1), kernel), bias: random(8) };
  expect(opsOf(({ x, w, bias }) => conv1d(x, w, { ...options, bias }), inputs)).toEqual(['Conv']);
  const naive = naiveConv1d(inputs.x, inputs.w, options);
  const eager = conv1d(inputs.x, inputs.w, options).dataSync();
  naive.forEach((value, i) => expect(eager[i]).toBeCloseTo(value, 4));
  await check(({ x, w, bias }) => conv1d(x, w, { ...options, bias }), inputs);
});

test('conv1d depthwise, one kernel per channel', async () => {
  const inputs = { x: random(2, 6, 9), w: random(6, 1, 5) };
  await check(({ x, w }) => conv1d(x, w, { groups: 6, padding: 2 }), inputs);
});

const TRANSPOSED: [string, ConvTranspose1dOptions, string][] = [
  ['plain', {}, 'ConvTranspose'],
  ['upsampling', { stride: 2, padding: 1 }, 'Conv'],
  ['with padding at the end', { stride: 3, padding: 1, outputPadding: 1 }, 'Conv'],
  ['with a stride longer than the kernel', { stride: 5, outputPadding: 2 }, 'Conv'],
  ['dilated', { stride: 2, dilation: 2 }, 'ConvTranspose'],
  ['in groups', { stride: 2, groups: 2 }, 'Conv'],
  ['with a padding that cuts', { padding: [4, 1] }, 'ConvTranspose'],
  ['upsampling, with a padding that cuts', { padding: [5, 4], stride: 2 }, 'Conv'],
];

test.each(TRANSPOSED)('convTranspose1d %s', async (_name, options, op) => {
  const inputs = { x: random(2, 4, 6), w: random(4, 6 / (options.groups ?? 1), 4), bias: random(6) };
  const fn = ({ x, w, bias }: Tensors): tf.Tensor => convTranspose1d(x, w, { ...options, bias });
  expect(opsOf(fn, inputs)).toContain(op);
  await check(fn, inputs);
});

test('convTranspose1d is the transpose of conv1d', () => {
  const options = { stride: 3, padding: 2, dilation: 1, groups: 2 };
  const [x, w] = [random(2, 4, 13), random(6, 2, 5)];
  const forward = conv1d(x, w, options);
  const y = random(...forward.shape);
  const back = convTranspose1d(y, w, options);
  const dot = (a: tf.Tensor, b: tf.Tensor): number => tf.sum(tf.mul(a, b)).dataSync()[0];
  expect(back.shape).toEqual(x.shape);
  expect(dot(forward, y)).toBeCloseTo(dot(x, back), 2);
});

const CONV2D: [string, Conv2dOptions & { kernel?: [number, number] }][] = [
  ['plain', {}],
  ['of periods', { stride: [3, 1], padding: [2, 0] }],
  ['of periods, one column wide', { stride: [2, 1], padding: [2, 0], kernel: [5, 1] }],
  ['with padding per side', { padding: [[1, 2], 1], dilation: [1, 2] }],
  ['in groups', { groups: 2, padding: 1, stride: 2 }],
];

test.each(CONV2D)('conv2d %s', async (_name, { kernel = [3, 2], ...options }) => {
  const inputs = { x: random(2, 4, 9, 5), w: random(6, 4 / (options.groups ?? 1), ...kernel), bias: random(6) };
  await check(({ x, w, bias }) => conv2d(x, w, { ...options, bias }), inputs);
});

test.each([
  ['cpu', 1, 1],
  ['gpu', 1, 1],
  ['cpu', 1, 3],
  ['gpu', 1, 3],
  ['cpu', 2, 2],
  ['gpu', 2, 2],
  ['cpu', 3, 1],
  ['gpu', 3, 1],
] as const)(
  'the gradient of a kernel is an op of its own (for a %s, stride %d, dilation %d)',
  async (target, stride, dilation) => {
    const attributes = { strides: [stride], dilations: [dilation], pads: [[1, 2]] as const, groups: 2, kernel: [3] };
    const positions = Math.floor((14 - (2 * dilation + 1)) / stride) + 1;
    const inputs = { x: random(2, 4, 11), dy: random(2, 6, positions) };
    const fn = ({ x, dy }: Tensors): tf.Tensor => kernelGradient({ x, dy }, attributes);
    expect(opsOf(fn, inputs, target).includes('Conv')).toBe(target === 'cpu');
    await expectTracedEqualsEager((given) => ({ dw: fn(given as Tensors) }), inputs, { target });
  },
);

test.each([
  ['plain', [1], [1], [1, 1]],
  ['strided', [3], [1], [2, 2]],
  ['strided and dilated, with a padding of its own on each side', [2], [3], [0, 4]],
] as const)(
  'the gradient of an input of a large kernel is an op of its own: %s',
  async (_name, strides, dilations, pads) => {
    const attributes = { strides, dilations, pads: [pads], groups: 1, lengths: [17] };
    const positions = Math.floor((17 + pads[0] + pads[1] - (dilations[0] * 4 + 1)) / strides[0]) + 1;
    const inputs = { dy: random(2, 6, positions), w: random(6, 4, 5) };
    const fn = ({ dy, w }: Tensors): tf.Tensor => inputGradientOfLargeKernel({ dy, w }, attributes);
    expect(opsOf(fn, inputs)).not.toContain('ConvTranspose');
    await expectTracedEqualsEager((tensors) => ({ dx: fn(tensors as Tensors) }), inputs);
  },
);

test('shapes that do not fit are refused by name', () => {
  expect(() => conv1d(random(1, 3, 5), random(2, 4, 3))).toThrow(
    'conv1d: an input of shape [1,3,5] does not fit a kernel of shape [2,4,3]',
  );
  expect(() => multiHeadAttention(random(1, 3, 5), random(1, 3, 5), random(1, 3, 5), { heads: 2 })).toThrow(TraceError);
});

test('layerNormalization', async () => {
  const inputs = { x: random(2, 5, 8), gamma: random(8), beta: random(8) };
  const fn = ({ x, gamma, beta }: Tensors): tf.Tensor => layerNormalization(x, gamma, beta, 1e-3);
  expect(opsOf(fn, inputs)).toEqual(['LayerNormalization']);
  await check(fn, inputs);
});

test('multiHeadAttention, with and without a mask', async () => {
  const inputs = { q: random(2, 3, 8), k: random(2, 5, 8), v: random(2, 5, 8) };
  const mask = tf.tensor2d([
    [0, -1e9, -1e9, -1e9, -1e9],
    [0, 0, -1e9, -1e9, 0],
    [0, 0, 0, 0, 0],
  ]);
  const plain = ({ q, k, v }: Tensors): tf.Tensor => multiHeadAttention(q, k, v, { heads: 2 });
  expect(opsOf(plain, inputs)).toEqual(['MultiHeadAttention']);
  await check(plain, inputs);
  await check(
    (given) => multiHeadAttention(given.q, given.k, given.v, { heads: 4, mask: given.mask }),
    { ...inputs, mask: tf.add(mask, random(3, 5)) },
    ['q', 'k', 'v'],
  );
  await check((given) => multiHeadAttention(given.q, given.k, given.v, { heads: 2, mask: given.mask }), {
    ...inputs,
    mask: random(3, 5),
  });
});

test('headAttention reads remembered heads as they lie', async () => {
  const rows = (length: number): tf.Tensor => random(1, 2, length, 4);
  const inputs = {
    query: rows(3),
    key: rows(3),
    value: rows(3),
    pastKey: rows(5),
    pastValue: rows(5),
    mask: random(3, 8),
  };
  const fn = (given: Tensors): tf.Tensor => headAttention(given as typeof inputs);
  expect(opsOf(fn, inputs).filter((op) => op === 'Transpose' || op === 'Reshape')).toEqual([]);
  await check(fn, inputs);
  const joined = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.transpose(x, [0, 2, 1, 3]), [1, x.shape[2]!, 8]);
  const [q, k, v, key, value] = [inputs.query, inputs.key, inputs.value, inputs.pastKey, inputs.pastValue].map(joined);
  const expected = multiHeadAttention(tf.mul(q, 2), k, v, { heads: 2, mask: inputs.mask, past: { key, value } });
  expect(largestDifference(joined(fn(inputs)).dataSync(), expected.dataSync())).toBeLessThan(1e-5);
});

const causalAttention = ({ q, k, v, mask }: Tensors): tf.Tensor =>
  multiHeadAttention(q, k, v, { heads: 2, mask, causal: true });

test.each([1, 7])('causal multiHeadAttention of %i positions', async (length) => {
  const inputs = { q: random(2, length, 4), k: random(2, length, 4), v: random(2, length, 4) };
  await check(causalAttention, inputs);
  await check(causalAttention, { ...inputs, mask: random(2, 1, length, length) });
});

test('causal multiHeadAttention in chunks of queries', async () => {
  const inputs = { q: random(1, 200, 4), k: random(1, 200, 4), v: random(1, 200, 4), mask: random(200, 200) };
  const weights = random(1, 200, 4);
  await expectTracedEqualsEager(gradientsOf(causalAttention, ['q', 'k', 'v', 'mask'], weights), inputs);
});

test('causal multiHeadAttention sees no later position, whatever its mask says', async () => {
  const [past, later, other] = [random(1, 3, 4), random(1, 2, 4), random(1, 2, 4)];
  const seen = (rest: tf.Tensor): Promise<Float32Array> => {
    const x = tf.concat([past, rest], 1);
    const y = causalAttention({ q: x, k: x, v: x, mask: tf.zeros([5, 5]) });
    return tf.slice(y, [0, 0, 0], [1, 3, 4]).data() as Promise<Float32Array>;
  };
  expect(largestDifference(await seen(other), await seen(later))).toBeLessThan(1e-6);
});

test('causal multiHeadAttention is of one sequence', () => {
  expect(() =>
    multiHeadAttention(random(1, 3, 8), random(1, 4, 8), random(1, 4, 8), { heads: 2, causal: true }),
  ).toThrow(
    'multiHeadAttention is causal over one sequence, but got query [1,3,8] and key [1,4,8]; give a mask instead',
  );
});

test.each([1, 5])('multiHeadAttention after %i remembered positions', async (positions) => {
  const inputs = { q: random(1, 3, 8), k: random(1, 3, 8), v: random(1, 3, 8), mask: random(3, positions + 3) };
  const remembered = { pastKey: random(1, positions, 8), pastValue: random(1, positions, 8) };
  const fn = ({ q, k, v, mask, pastKey, pastValue }: Tensors): tf.Tensor =>
    multiHeadAttention(q, k, v, { heads: 2, mask, past: { key: pastKey, value: pastValue } });
  expect(opsOf(fn, { ...inputs, ...remembered })).not.toContain('MultiHeadAttention');
  await check(fn, { ...inputs, ...remembered });
});

test('multiHeadAttention after remembered positions of several sequences', async () => {
  const inputs = {
    q: random(2, 3, 8),
    k: random(2, 3, 8),
    v: random(2, 3, 8),
    pastKey: random(2, 4, 8),
    pastValue: random(2, 4, 8),
  };
  await check(
    ({ q, k, v, pastKey, pastValue }) =>
      multiHeadAttention(q, k, v, { heads: 2, past: { key: pastKey, value: pastValue } }),
    inputs,
  );
});

test('an op of one’s own, with the gradient of its composition', async () => {
  const mish = defineFusedOp<{ x: tf.Tensor }, { scale: number }>({
    name: 'Mish',
    compose: ({ x }, { scale }) => tf.mul(tf.mul(x, tf.tanh(tf.softplus(x))), scale),
    record: (builder, { x }, { scale }) => [
      builder.binary('Mul', builder.unary('Mish', x!), builder.scalar(scale, 'float32')),
    ],
  });
  const fn = ({ x }: Tensors): tf.Tensor => mish({ x }, { scale: 3 });
  expect(opsOf(fn, { x: random(4) })).toEqual(['Mish', 'Mul']);
  await check(fn, { x: random(4, 3) });
});
