// Symbolic lengths: one traced graph, run at lengths that were never recorded, against the function computed eagerly there.
import * as tf from '@tensorflow/tfjs-core';

import {
  compile,
  type CompiledFunction,
  conv1d,
  convTranspose1d,
  type InputSpec,
  layerNormalization,
  multiHeadAttention,
  registerGradients,
  trace,
  TraceError,
  type TracedFunction,
  type TraceOptions,
} from '../src/index';
import { hostTensors, integers, largestDifference, random, type Tensors } from './support';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  registerGradients();
});

function inputsAt(specs: readonly InputSpec[], sizes: Record<string, number>): Tensors {
  return Object.fromEntries(
    specs.map(({ name, shape, dtype }) => {
      const fixed = shape.map((length) => (typeof length === 'string' ? sizes[length] : length));
      return [name, dtype === 'int32' ? integers(0, 7, ...fixed) : random(...fixed)];
    }),
  );
}

async function expectEqualAt(compiled: CompiledFunction, fn: TracedFunction, inputs: Tensors): Promise<void> {
  const traced = await compiled.run(hostTensors(inputs));
  for (const [name, expected] of Object.entries(fn(inputs))) {
    expect({ name, dims: traced[name].dims }).toEqual({ name, dims: expected.shape });
    expect(largestDifference(traced[name].data as Float32Array, expected.dataSync())).toBeLessThan(1e-4);
  }
}

async function check(
  fn: TracedFunction,
  specs: readonly InputSpec[],
  sizes: readonly Record<string, number>[],
  options?: TraceOptions,
): Promise<void> {
  const compiled = await compile(trace(fn, specs, options), { intraOpThreads: 1 });
  for (const at of sizes) await expectEqualAt(compiled, fn, inputsAt(specs, at));
  await compiled.dispose();
}

const WIDTH = 8;

/** Causal self-attention, its mask made of positions. */
function attention(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  const length = x.shape[1]!;
  const positions = tf.range(0, length);
  const mask = tf.mul(tf.cast(tf.greater(tf.expandDims(positions, 0), tf.expandDims(positions, 1)), 'float32'), -1e9);
  const [q, k, v] = tf.split(tf.matMul(x, w), 3, 2);
  return multiHeadAttention(q, k, v, { heads: 2, mask });
}

test('causal attention with its gradient, in two lengths', async () => {
  const fn: TracedFunction = ({ x, w }) => {
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, b: tf.Tensor) => tf.mean(tf.square(attention(a, b))))([
      x,
      w,
    ]);
    return { y: attention(x, w), value, dx: grads[0], dw: grads[1] };
  };
  const specs = [
    { name: 'x', shape: ['B', 'T', WIDTH] },
    { name: 'w', shape: [WIDTH, 3 * WIDTH] },
  ];
  expect(trace(fn, specs).outputs.map(({ name, dims }) => [name, dims])).toEqual([
    ['y', ['B', 'T', WIDTH]],
    ['value', []],
    ['dx', ['B', 'T', WIDTH]],
    ['dw', [WIDTH, 3 * WIDTH]],
  ]);
  await check(fn, specs, [
    { B: 1, T: 1 },
    { B: 2, T: 9 },
    { B: 17, T: 29 },
  ]);
});

test('keys and values of the past beside those of the present, from no past on', async () => {
  const fn: TracedFunction = ({ x, past, mask }) => {
    const keys = tf.concat([past, x], 1);
    return {
      y: multiHeadAttention(x, keys, keys, { heads: 2, mask }),
      rows: tf.slice(keys, [0, past.shape[1]!, 0], [1, -1, WIDTH]),
    };
  };
  const specs = [
    { name: 'x', shape: [1, 'T', WIDTH] },
    { name: 'past', shape: [1, 'P', WIDTH] },
    { name: 'mask', shape: ['T', 'P + T'] },
  ];
  const graph = trace(fn, specs);
  expect(graph.outputs.map((output) => output.dims)).toEqual([
    [1, 'T', WIDTH],
    [1, 'T', WIDTH],
  ]);
  const compiled = await compile(graph, { intraOpThreads: 1 });
  for (const [T, P] of [
    [1, 5],
    [4, 11],
  ]) {
    await expectEqualAt(compiled, fn, { x: random(1, T, WIDTH), past: random(1, P, WIDTH), mask: random(T, P + T) });
  }
  // tfjs itself cannot join with an empty tensor; without a past, attention is over the present alone.
  const x = random(1, 3, WIDTH);
  const mask = random(3, 3);
  const traced = await compiled.run({
    ...hostTensors({ x, mask }),
    past: { type: 'float32', data: new Float32Array(0), dims: [1, 0, WIDTH] },
  });
  expect(
    largestDifference(traced.y.data as Float32Array, multiHeadAttention(x, x, x, { heads: 2, mask }).dataSync()),
  ).toBeLessThan(1e-5);
  expect(largestDifference(traced.rows.data as Float32Array, x.dataSync())).toBe(0);
  await compiled.dispose();
});

test('convolutions with strides, their gradients, and what they feed', async () => {
  const fn: TracedFunction = ({ x, w, up }) => {
    const model = (a: tf.Tensor, b: tf.Tensor, c: tf.Tensor): tf.Tensor => {
      const down = tf.leakyRelu(conv1d(a, b, { stride: 2, padding: 1 }), 0.1);
      return tf.mean(tf.square(convTranspose1d(down, c, { stride: 4, padding: 2 })), [1, 2]);
    };
    const grads = tf.grads((a: tf.Tensor, b: tf.Tensor, c: tf.Tensor) => tf.sum(model(a, b, c)))([x, w, up]);
    return { y: model(x, w, up), dx: grads[0], dw: grads[1], dup: grads[2] };
  };
  const specs = [
    { name: 'x', shape: [2, 3, 'T'] },
    { name: 'w', shape: [4, 3, 3] },
    { name: 'up', shape: [4, 2, 8] },
  ];
  // The gradient of a strided convolution pads by what the stride left over, so the rest must be the same everywhere.
  await check(fn, specs, [{ T: 6 }, { T: 20 }, { T: 64 }], { lengths: { T: { multipleOf: 2 } } });
});

test('the relative positions of windowed attention: squares of lengths', async () => {
  const fn: TracedFunction = ({ x }) => {
    const T = x.shape[1]!;
    const wide = tf.reshape(
      tf.pad(x, [
        [0, 0],
        [0, 0],
        [0, 1],
      ]),
      [2, T * 2 * T],
    );
    const skewed = tf.reshape(
      tf.pad(wide, [
        [0, 0],
        [0, T - 1],
      ]),
      [2, T + 1, 2 * T - 1],
    );
    return { y: tf.slice(skewed, [0, 0, T - 1], [2, T, T]) };
  };
  const graph = trace(
    ({ x }) => fn({ x: tf.matMul(x, tf.transpose(tf.concat([x, tf.slice(x, [0, 1, 0], [2, -1, 3])], 1), [0, 2, 1])) }),
    [{ name: 'x', shape: [2, 'T', 3] }],
  );
  expect(graph.outputs[0].dims).toEqual([2, 'T', 'T']);
  const compiled = await compile(graph, { intraOpThreads: 1 });
  for (const T of [2, 5, 12]) {
    const x = random(2, T, 3);
    const { y } = await compiled.run(hostTensors({ x }));
    const both = tf.concat([x, tf.slice(x, [0, 1, 0], [2, -1, 3])], 1);
    expect(
      largestDifference(y.data as Float32Array, fn({ x: tf.matMul(x, tf.transpose(both, [0, 2, 1])) }).y.dataSync()),
    ).toBeLessThan(1e-4);
  }
  await compiled.dispose();
});

test('everything else that a length may get into', async () => {
  const fn: TracedFunction = ({ x, ids, table }) => {
    const [B, T] = x.shape as number[];
    return {
      means: tf.add(tf.mean(x, 1), tf.div(tf.sum(x, 1), Math.sqrt(T))),
      tables: tf.add(tf.add(x, tf.ones([B, T, 4])), tf.zeros([T, 1])),
      positions: tf.add(tf.range(0, T), tf.range(0, 3 * T, 3)),
      counted: tf.mul(tf.cast(tf.oneHot(ids, 7), 'float32'), T),
      looked: layerNormalization(tf.gather(table, ids), tf.ones([4]), tf.zeros([4])),
      flat: tf.reshape(x, [B * T * 4]),
      turned: tf.reverse(tf.transpose(x, [2, 1, 0]), 1),
      repeated: tf.tile(tf.slice(x, [0, T - 1, 0], [-1, 1, -1]), [1, 2 * T, 1]),
      halves: tf.concat(tf.split(tf.reshape(x, [B * T, 4]), 2, 1).reverse(), 1),
      padded: tf.mirrorPad(
        x,
        [
          [0, 0],
          [1, 1],
          [0, 0],
        ],
        'reflect',
      ),
      count: tf.scalar(B + T, 'int32'),
      largest: tf.max(x, [1, 2]),
      total: tf.grad((t) => tf.mean(tf.mul(t, t)))(x),
      scattered: tf.grad((t) => tf.sum(tf.square(tf.gather(t, ids))))(table),
    };
  };
  const specs: InputSpec[] = [
    { name: 'x', shape: ['B', 'T', 4] },
    { name: 'ids', shape: ['B', 'T'], dtype: 'int32' },
    { name: 'table', shape: [7, 4] },
  ];
  await check(fn, specs, [
    { B: 1, T: 3 },
    { B: 4, T: 2 },
    { B: 2, T: 31 },
  ]);
  const dims = trace(fn, specs).outputs.map((output) => output.dims);
  expect(dims[4]).toEqual(['B', 'T', 4]);
  expect(dims[5]).toEqual(['4*B*T']);
  expect(dims[9]).toEqual(['B', 'T + 2', 4]);
});

test('lengths that only occur in multiples are recorded in multiples', async () => {
  const fn: TracedFunction = ({ x }) => ({ y: tf.mean(tf.reshape(x, [x.shape[0] / 4, 4]), 1) });
  const specs = [{ name: 'x', shape: ['T'] }];
  await check(fn, specs, [{ T: 4 }, { T: 40 }], { lengths: { T: { multipleOf: 4 } } });
  expect(trace(fn, specs, { lengths: { T: { multipleOf: 4, minimum: 100, maximum: 1000 } } }).outputs[0].dims).toEqual([
    '(T)/4',
  ]);
});

function thrownBy(
  fn: TracedFunction,
  specs: InputSpec[] = [{ name: 'x', shape: ['T'] }],
  options?: TraceOptions,
): TraceError {
  try {
    trace(fn, specs, options);
  } catch (error) {
    expect(error).toBeInstanceOf(TraceError);
    return error as TraceError;
  }
  throw new Error('nothing was thrown');
}

test('a table that depends on a length in an unknown way is named, with its use', () => {
  const error = thrownBy(({ x }) => ({
    y: tf.add(x, tf.tensor1d(Array.from({ length: x.shape[0] }, (_, i) => Math.sin(i)))),
  }));
  expect(error.code).toBe('symbolic-length');
  expect(error.message).toMatch(
    /input 1 of Add, at .*lengths\.test\.ts:\d+:\d+, is a table of shape \[17\].*pass it as an input/,
  );
});

test('a number that depends on a length in an unknown way is named, with its use', () => {
  const error = thrownBy(({ x }) => ({ y: tf.mul(x, Math.sin(x.shape[0])) }));
  expect(error.message).toMatch(/input 1 of Mul, at .*lengths\.test\.ts.*is \[-0\.96/);
});

test('a branch on a length is named', () => {
  const error = thrownBy(({ x }) => ({ y: x.shape[0] > 30 ? tf.sin(x) : tf.cos(x) }));
  expect(error.message).toMatch(
    /depends on a length: it differs between T=\d+ and T=\d+ from the op Cos at .*lengths\.test\.ts/,
  );
});

test('options for lengths that are not there, or leave no choice, are refused', () => {
  const fn: TracedFunction = ({ x }) => ({ y: x });
  expect(thrownBy(fn, [{ name: 'x', shape: ['T - 1'] }]).message).toContain('"T - 1" is no sum');
  expect(thrownBy(fn, [{ name: 'x', shape: ['2*T'] }]).message).toContain('T occurs only within');
  expect(thrownBy(fn, undefined, { lengths: { S: {} } }).message).toContain('names S');
  expect(thrownBy(fn, undefined, { lengths: { T: { minimum: 4, maximum: 6 } } }).message).toContain('fewer than five');
});
