// Nothing is silently wrong: what would be frozen, lost or read from the wrong place is an error, and edge values are tfjs'.
import * as tf from '@tensorflow/tfjs-core';

import {
  bool,
  compile,
  createSession,
  dropout,
  float32,
  fromTensor,
  int32,
  randomNormal,
  randomUniform,
  SessionCache,
  trace,
  TraceError,
  type TracedFunction,
} from '../src/index';
import { expectTracedEqualsEager, runTraced, type Tensors } from './support';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

const vector = [{ name: 'x', shape: [4] }];

function thrownBy(run: () => unknown): TraceError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    return error as TraceError;
  }
  throw new Error('nothing was thrown');
}

test.each<[string, TracedFunction]>([
  ['tf.dropout', ({ x }) => ({ y: tf.dropout(x, 0.5) })],
  ['tf.randomNormal', ({ x }) => ({ y: tf.add(x, tf.randomNormal([4])) })],
  ['tf.truncatedNormal', ({ x }) => ({ y: tf.add(x, tf.truncatedNormal([4])) })],
  ['Math.random', ({ x }) => ({ y: tf.mul(x, Math.random()) })],
  ['a drawn output', () => ({ y: tf.randomUniform([3]) })],
])('%s is not frozen', (_name, fn) => {
  const error = thrownBy(() => trace(fn, vector));
  expect(error.code).toBe('not-repeatable');
  expect(error.message).toContain('seed');
});

test('the op and its line are named, with symbolic lengths too', () => {
  const error = thrownBy(() => trace(({ x }) => ({ y: tf.dropout(x, 0.5) }), [{ name: 'x', shape: ['T'] }]));
  expect(error.code).toBe('not-repeatable');
  expect(error.message).toMatch(/the op \w+ at .*safety\.test\.ts:\d+/);
});

test('constants are compared number by number: zeros have signs, and NaN, of whatever bits, is NaN', () => {
  const other = new Float32Array(new Uint32Array([0x7fc00001]).buffer); // NaN, too
  const alternating = (first: Float32Array, second: Float32Array): TracedFunction => {
    let calls = 0;
    return ({ x }) => ({ y: tf.add(x, tf.tensor1d(calls++ % 2 === 0 ? first : second)) });
  };
  expect(() => trace(alternating(Float32Array.of(NaN), other), vector)).not.toThrow();
  const error = thrownBy(() => trace(alternating(Float32Array.of(0, 1, 2, 3), Float32Array.of(-0, 1, 2, 3)), vector));
  expect(error.code).toBe('not-repeatable');
});

test('a function that counts how often it is called is not frozen', () => {
  let calls = 0;
  const error = thrownBy(() => trace(({ x }) => ({ y: calls++ % 2 === 0 ? tf.sin(x) : tf.cos(x) }), vector));
  expect(error.message).toContain('it calls other ops');
});

test('draws from a seed are the same eagerly and in a graph, and others with another seed', async () => {
  const fn = ({ seed, x }: Tensors): Tensors => ({
    uniform: randomUniform([2, 50], seed),
    normal: randomNormal([100], seed),
    dropped: dropout(x, 0.25, seed),
  });
  const x = tf.ones([400]);
  for (const seed of [0, 7, -3, 2 ** 31 - 1]) await expectTracedEqualsEager(fn, { seed: tf.scalar(seed, 'int32'), x });
  const drawn = [1, 2].map((seed) => Array.from(randomUniform([2000], tf.scalar(seed, 'int32')).dataSync()));
  expect(drawn[0]).not.toEqual(drawn[1]);
  const mean = (numbers: number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
  expect(mean(drawn[0])).toBeCloseTo(0.5, 1);
  expect(Math.min(...drawn[0])).toBeGreaterThan(0);
  expect(Math.max(...drawn[0])).toBeLessThan(1);
  const normal = Array.from(randomNormal([4000], tf.scalar(5, 'int32')).dataSync());
  expect(mean(normal.map((number) => number * number))).toBeCloseTo(1, 1);
  const kept = Array.from(dropout(tf.ones([4000]), 0.25, tf.scalar(9, 'int32')).dataSync());
  expect(kept.filter((number) => number === 0).length / 4000).toBeCloseTo(0.25, 1);
});

test('a draw has as many numbers as a symbolic length says', async () => {
  const graph = trace(
    ({ x, seed }) => ({ y: tf.add(x, randomUniform(x.shape, seed)) }),
    [
      { name: 'x', shape: ['T', 2] },
      { name: 'seed', shape: [], dtype: 'int32' },
    ],
  );
  const compiled = await compile(graph, { intraOpThreads: 1 });
  const { y } = await compiled.run({ x: float32(new Float32Array(6), [3, 2]), seed: int32([4], []) });
  expect(Array.from(y.data as Float32Array)).toEqual(
    Array.from(randomUniform([3, 2], tf.scalar(4, 'int32')).dataSync()),
  );
  await compiled.dispose();
});

test('optimisers and variables are refused, and variables keep their numbers', () => {
  const w = tf.variable(tf.ones([4]), true, 'w');
  for (const [optimizer, message] of [
    [tf.train.sgd(0.1), 'assigns to the variable w'],
    [tf.train.adam(0.1), 'makes a variable'],
  ] as const) {
    const error = thrownBy(() =>
      trace(({ x }) => {
        optimizer.minimize(() => tf.sum(tf.mul(x, w)));
        return { y: x };
      }, vector),
    );
    expect(error.message).toContain(message);
    expect(error.message).toContain('safety.test.ts');
  }
  const disposing: TracedFunction = ({ x }) => {
    w.dispose();
    return { y: x };
  };
  expect(thrownBy(() => trace(disposing, vector)).message).toContain('disposes the variable w');
  expect(Array.from(w.dataSync())).toEqual([1, 1, 1, 1]);
  w.assign(tf.zeros([4]));
  w.dispose();
});

test('rows of no segment are left out', async () => {
  await expectTracedEqualsEager(({ x, i }) => ({ y: tf.unsortedSegmentSum(x, i as tf.Tensor1D, 2) }), {
    x: tf.tensor([1, 2, 4, 8]),
    i: tf.tensor([0, -1, 1, 5], undefined, 'int32'),
  });
});

const positions = [...vector, { name: 'i', shape: [2], dtype: 'int32' as const }];

test.each<[string, TracedFunction]>([
  ['gather', ({ x, i }) => ({ y: tf.gather(x, i) })],
  ['gatherND', ({ x, i }) => ({ y: tf.gatherND(x, tf.reshape(i, [2, 1])) })],
  ['scatterND', ({ x, i }) => ({ y: tf.scatterND(tf.reshape(i, [2, 1]), tf.slice(x, 0, 2), [4]) })],
  ['tensorScatterUpdate', ({ x, i }) => ({ y: tf.tensorScatterUpdate(x, tf.reshape(i, [2, 1]), tf.slice(x, 0, 2)) })],
])('%s outside of the tensor is an error, below it too', async (_name, fn) => {
  const compiled = await compile(trace(fn, positions), { intraOpThreads: 1 });
  const x = float32([1, 2, 3, 4]);
  await compiled.run({ x, i: int32([0, 3]) });
  for (const wrong of [-1, 4])
    await expect(compiled.run({ x, i: int32([0, wrong]) })).rejects.toMatchObject({ code: 'runtime' });
  await compiled.dispose();
});

test('a constant position below the tensor is an error at once', () => {
  const at = tf.tensor1d([-1], 'int32');
  expect(thrownBy(() => trace(({ x }) => ({ y: tf.gather(x, at) }), vector)).message).toContain('position -1');
});

const EDGES = [NaN, Infinity, -Infinity, 0, 1e-8, -1e-8, 1e-4, 0.5, -0.5, 1, -0.999, 30, -30, 100, -100];

test.each<[string, TracedFunction]>([
  ['log1p', ({ x }) => ({ y: tf.log1p(x) })],
  ['expm1', ({ x }) => ({ y: tf.expm1(x) })],
  ['casts', ({ x }) => ({ y: tf.cast(x, 'int32'), z: tf.cast(x, 'bool') })],
  ['max and min', ({ x }) => ({ y: tf.max(x), z: tf.min(x) })],
  ['relu, step and clip', ({ x }) => ({ a: tf.relu(x), b: tf.step(x), c: tf.clipByValue(x, -1, 1), d: tf.relu6(x) })],
])('%s of edge values are those of tfjs', async (_name, fn) => {
  const x = tf.tensor(EDGES);
  const traced = await runTraced(fn, { x });
  for (const [name, expected] of Object.entries(fn({ x }))) {
    Array.from(expected.dataSync()).forEach((number, i) => {
      const actual = Number(traced[name].data[i]);
      const isSame = Object.is(actual, number) || Math.abs(actual - number) <= 3e-7 * Math.abs(number);
      expect({ x: EDGES[i], actual, isSame }).toEqual({ x: EDGES[i], actual, isSame: true });
    });
  }
});

test('no number hides behind others in max and min', async () => {
  const rows = tf.tensor2d([
    [1, NaN, 3],
    [NaN, 1, 2],
    [4, 5, 6],
    [1, 2, NaN],
  ]);
  const { y, z } = await runTraced(({ x }) => ({ y: tf.max(x, 1), z: tf.min(x, 1) }), { x: rows });
  expect([Array.from(y.data as Float32Array), Array.from(z.data as Float32Array)]).toEqual([
    [NaN, NaN, 6, NaN],
    [NaN, NaN, 4, NaN],
  ]);
});

test('the logarithm of a small sigmoid, and its slope, are what they are', async () => {
  const fn: TracedFunction = ({ x }) => ({
    y: tf.log(tf.sigmoid(x)),
    dx: tf.grad((t: tf.Tensor) => tf.sum(tf.log(tf.sigmoid(t))))(x),
  });
  const { y, dx } = await runTraced(fn, { x: tf.tensor([-100, -20, 0, 30]) });
  expect(Array.from(y.data as Float32Array).map((number) => Number(number.toPrecision(5)))).toEqual([
    -100,
    -20,
    -0.69315,
    Number((-9.3576e-14).toPrecision(5)),
  ]);
  expect(Array.from(dx.data as Float32Array).map((number) => Number(number.toFixed(5)))).toEqual([1, 1, 0.5, 0]);
});

test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
  ['exp', tf.exp], ['erf', tf.erf], ['round', tf.round], ['atan', tf.atan], ['asinh', tf.asinh], ['sinh', tf.sinh], ['softplus', tf.softplus],
  ['selu', tf.selu], ['log1p', tf.log1p], ['expm1', tf.expm1], ['leakyRelu', tf.leakyRelu], ['reciprocal', tf.reciprocal], ['step', tf.step],
  ['sign', tf.sign], ['relu', tf.relu], ['relu6', tf.relu6], ['square', tf.square], ['isNaN', tf.isNaN], ['isFinite', tf.isFinite],
  ['atan2', (x) => tf.atan2(x, x)], ['mean', tf.mean], ['logSoftmax', tf.logSoftmax],
])('%s of whole numbers is what tfjs makes of them', async (_name, fn) => {
  await expectTracedEqualsEager(({ x }) => ({ y: fn(x) }), { x: tf.tensor([1, 2, 3], undefined, 'int32') });
}); // prettier-ignore

test('floorDiv of floats are whole numbers', async () => {
  await expectTracedEqualsEager(({ a, b }) => ({ y: tf.floorDiv(a, b) }), {
    a: tf.tensor([7.5, -7.5, 3]),
    b: tf.tensor([2, 2, -2]),
  });
});

test('shapes that are none are refused', () => {
  for (const length of [-1, 1.5, NaN])
    expect(thrownBy(() => trace(({ x }) => ({ x }), [{ name: 'x', shape: [length] }])).code).toBe('invalid-argument');
  expect(() => float32([1, 2, 3], [2, 2])).toThrow('3 numbers make no tensor of shape [2,2]');
  expect(() => int32([1], [-1])).toThrow('is no shape');
});

test('complex outputs are refused', () => {
  expect(thrownBy(() => trace(({ x }) => ({ y: tf.complex(x, x) }), vector)).message).toContain('tf.real and tf.imag');
  const graphOfComplex: TracedFunction = ({ x }) => ({ y: tf.exp(tf.complex(x, x)) });
  expect(thrownBy(() => trace(graphOfComplex, vector)).message).toContain('complex tensors');
});

test('feeds and outputs that do not fit are named', async () => {
  const compiled = await compile(
    trace(
      ({ x, m }) => ({ y: tf.mul(x, m) }),
      [
        { name: 'x', shape: ['T', 2] },
        { name: 'm', shape: ['T', 1] },
      ],
    ),
    { intraOpThreads: 1 },
  );
  const x = float32([1, 2, 3, 4], [2, 2]);
  const m = float32([1, 2], [2, 1]);
  const refused = async (feeds: object, message: string, into = {}): Promise<void> =>
    expect(compiled.run(feeds as never, into)).rejects.toMatchObject({
      code: 'runtime',
      message: expect.stringContaining(message),
    });
  await refused({ x }, 'input m is missing');
  await refused({ x, m, z: m }, 'has no input z; it takes x, m');
  await refused({ x: float32([1, 2]), m }, 'has the shape [2], the graph takes [T,2]');
  await refused({ x, m: float32([1, 2, 3], [3, 1]) }, 'and T is 2 elsewhere');
  await refused({ x: { ...x, data: new Float32Array(3) }, m }, 'holds 3 numbers');
  await refused({ x: { ...x, type: 'int32' }, m }, 'is int32, the graph takes float32');
  await refused({ x, m }, 'has no output z', { z: m });
  await refused({ x, m }, 'the graph takes [T,2]', { y: float32([1]) });
  expect(Array.from((await compiled.run({ x, m })).y.data as Float32Array)).toEqual([1, 2, 6, 8]);
  await compiled.dispose();
  await compiled.dispose();
  await refused({ x, m }, 'was disposed');
});

test('tensors of tfjs, truth values and numbers become feeds', async () => {
  const graph = trace(
    ({ x, b }) => ({ y: tf.where(tf.cast(b, 'bool'), x, tf.neg(x)) }),
    [
      { name: 'x', shape: [3] },
      { name: 'b', shape: [3], dtype: 'bool' },
    ],
  );
  const compiled = await compile(graph, { intraOpThreads: 1 });
  const { y } = await compiled.run({ x: fromTensor(tf.tensor([1, 2, 3])), b: bool([true, false, true]) });
  expect(Array.from(y.data as Float32Array)).toEqual([1, -2, 3]);
  await compiled.dispose();
});

test('a graph becomes a session without anything else of this project', async () => {
  const session = await createSession(trace(({ x }) => ({ y: tf.neg(x) }), vector));
  expect([session.inputNames, session.outputNames]).toEqual([['x'], ['y']]);
  await session.release();
  const bytes: Uint8Array[] = [];
  const runtime = { InferenceSession: { create: async (file: Uint8Array) => bytes.push(file) } };
  expect(
    await createSession(
      trace(({ x }) => ({ y: tf.neg(x) }), vector),
      { runtime },
    ),
  ).toBe(1);
});

test('a graph can be read', () => {
  const graph = trace(({ x }) => ({ loss: tf.mean(tf.square(tf.sub(x, 2))) }), [{ name: 'x', shape: ['T', 2] }]);
  expect(String(graph)).toBe(
    [
      'graph(x: float32[T, 2]) {',
      '  %0: float32[17, 2] = Sub(x, 2)',
      '  %1: float32[17, 2] = Mul(%0, %0)',
      '  %2: float32[] = ReduceMean(%1, [0, 1]) {keepdims=0}',
      '  return loss: float32[] = %2',
      '}',
    ].join('\n'),
  );
});

describe('a cache of compiled graphs', () => {
  const graph = (factor: number) => trace(({ x }) => ({ y: tf.mul(x, factor) }), vector);
  const x = float32([1, 2, 3, 4]);

  test('gives the same session for the same contents, another one for others', async () => {
    const cache = new SessionCache({ unused: 1 });
    const options = { cache, intraOpThreads: 1 };
    const first = await compile(graph(2), options);
    const again = await compile(graph(2), options);
    const other = await compile(graph(3), options);
    const loaded = (compiled: unknown) => (compiled as { loaded: unknown }).loaded;
    expect(loaded(again)).toBe(loaded(first));
    expect(loaded(other)).not.toBe(loaded(first));
    await first.dispose();
    expect((await again.run({ x })).y.data[3]).toBe(8);
    expect((await other.run({ x })).y.data[3]).toBe(12);
    await again.dispose();
    const kept = await compile(graph(2), options);
    expect(loaded(kept)).toBe(loaded(first));
    await kept.dispose();
    await other.dispose();
    // Of two that nobody uses, the one that was used last stays.
    const last = await compile(graph(2), options);
    expect(loaded(last)).toBe(loaded(first));
    expect(loaded(await compile(graph(3), options))).not.toBe(loaded(other));
    await last.dispose();
    await cache.dispose();
    await expect(compile(graph(2), options)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  test('keeps no graph that onnxruntime refused', async () => {
    const cache = new SessionCache();
    const broken = { ...graph(2), outputs: [{ ...graph(2).outputs[0], type: 'int32' as const }] };
    for (let i = 0; i < 2; i++) await expect(compile(broken, { cache })).rejects.toMatchObject({ code: 'runtime' });
    await cache.dispose();
  });
});
