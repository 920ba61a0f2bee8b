// What trace() promises beside right numbers: errors that name op and line, constants taken once, a tfjs left as it was.
import * as tf from '@tensorflow/tfjs-core';

import {
  compile,
  conv1d,
  exportOnnx,
  type Graph,
  isTracing,
  trace,
  TraceError,
  type TracedFunction,
} from '../src/index';
import { constantsOf } from '../src/graph';
import {
  expectTracedEqualsEager,
  hostTensors,
  integers,
  largestDifference,
  random,
  runTraced,
  type Tensors,
} from './support';

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

/** The line on which a function was written, as it appears in a stack: the error must name exactly it. */
const lineOf = (mark: Error): string => /trace\.test\.ts:(\d+)/.exec(mark.stack!)![0];

test('an op without mapping is named, with the line that called it', () => {
  let mark: Error;
  const error = thrownBy(() =>
    trace(({ x }) => {
      mark = new Error();
      return { y: tf.multinomial(x as tf.Tensor1D, 3) };
    }, vector),
  );
  expect(error.code).toBe('unsupported-op');
  const [line] = lineOf(mark!).match(/\d+$/)!;
  expect(error.message).toContain('op Multinomial');
  expect(error.message).toContain(`trace.test.ts:${Number(line) + 1}`);
});

test('reading a value that does not exist yet is an error, with the line that read it', () => {
  let mark: Error;
  const error = thrownBy(() =>
    trace(({ x }) => {
      mark = new Error();
      return { y: tf.mul(x, x.dataSync()[0]) };
    }, vector),
  );
  expect(error.code).toBe('symbolic-read');
  const [line] = lineOf(mark!).match(/\d+$/)!;
  expect(error.message).toContain(`trace.test.ts:${Number(line) + 1}`);
});

test('numbers made inside the function can be read', async () => {
  await expectTracedEqualsEager(
    ({ x }) => ({ y: tf.mul(x, tf.zeros([3]).dataSync()[2] + tf.tensor([1, 2]).dataSync()[1]) }),
    { x: random(4) },
  );
});

test('the active backend comes back, after errors too', () => {
  expect(tf.getBackend()).toBe('cpu');
  trace(({ x }) => ({ y: tf.neg(x), traced: tf.scalar(isTracing() ? 1 : 0) }), vector);
  expect(tf.getBackend()).toBe('cpu');
  expect(isTracing()).toBe(false);
  expect(() =>
    trace(() => {
      throw new Error('from the function');
    }, vector),
  ).toThrow('from the function');
  expect(tf.getBackend()).toBe('cpu');
  expect(tf.add(1, 2).dataSync()[0]).toBe(3);
});

test('nothing is leaked into tfjs', () => {
  const before = tf.memory();
  trace(({ x }) => ({ y: tf.grad((t) => tf.sum(tf.square(tf.sin(t))))(x) }), vector);
  const after = tf.memory();
  expect([after.numTensors, after.numDataBuffers]).toEqual([before.numTensors, before.numDataBuffers]);
});

test.each<[string, TracedFunction, string]>([
  ['a tensor instead of an object', (({ x }: Tensors) => x) as unknown as TracedFunction, 'must return an object'],
  ['a promise', (async ({ x }: Tensors) => ({ x })) as unknown as TracedFunction, 'must return an object'],
  ['something that is no tensor', (() => ({ y: 3 })) as unknown as TracedFunction, 'returned 3 as y'],
])('%s is refused', (_name, fn, message) => {
  expect(thrownBy(() => trace(fn, vector)).message).toContain(message);
});

test('assigning to a variable is refused', () => {
  const variable = tf.variable(tf.zeros([4]), true, 'total');
  const error = thrownBy(() =>
    trace(({ x }) => {
      variable.assign(x as tf.Tensor1D);
      return { y: x };
    }, vector),
  );
  expect(error.message).toContain('variable total');
  tf.disposeVariables();
});

test('a tensor that was disposed is refused', () => {
  const weight = random(4);
  weight.dispose();
  expect(() => trace(({ x }) => ({ y: tf.mul(x, weight) }), vector)).toThrow(/disposed/);
});

test('two inputs of one name, an output named as an input', () => {
  expect(thrownBy(() => trace(({ x }) => ({ y: x }), [...vector, ...vector])).message).toContain(
    'two inputs are called x',
  );
  const graph = trace(({ x }) => ({ x: tf.neg(x) }), vector);
  expect(thrownBy(() => exportOnnx(graph)).message).toContain('both called x');
});

test('eager tensors become constants, each once, with the names given', () => {
  const weight = random(4, 4);
  const graph = trace(
    ({ x }) => {
      const once = tf.matMul(tf.reshape(x, [1, 4]), weight);
      return { y: tf.add(tf.matMul(once, weight), tf.sum(tf.clone(weight))) };
    },
    vector,
    { constantNames: { 'layer.weight': weight } },
  );
  const floats = constantsOf(graph).filter((constant) => constant.data.length === 16);
  expect(floats.map((constant) => constant.name)).toEqual(['layer.weight']);
  expect(floats[0].data).toEqual(weight.dataSync());
});

const ops = (graph: Graph): string[] => graph.nodes.map((node) => node.op);

test('what no output needs is dropped, what is computed twice is computed once', () => {
  const graph = trace(({ x }) => {
    tf.exp(tf.tanh(x));
    return { y: tf.add(tf.sin(x), tf.sin(tf.clone(x))), z: tf.sin(x) };
  }, vector);
  expect(ops(graph)).toEqual(['Sin', 'Add']);
});

test('squares that are summed are not made, unless something else needs them', async () => {
  const fn = ({ x }: Record<string, tf.Tensor>) => ({
    y: tf.sum(tf.square(tf.sin(x)), 1, true),
    z: tf.sum(tf.mul(x, x)),
  });
  const matrix = [{ name: 'x', shape: [3, 4] }];
  expect(ops(trace(fn, matrix))).toEqual(['Sin', 'ReduceSumSquare', 'ReduceSumSquare']);
  await expectTracedEqualsEager(fn, { x: tf.reshape(tf.range(0, 12), [3, 4]) });
  const both = trace(({ x }) => ({ y: tf.sum(tf.square(x)), squares: tf.square(x) }), matrix);
  expect(ops(both).sort()).toEqual(['Mul', 'ReduceSumSquare']);
});

test('gradients of sums do not fill tables with ones', () => {
  const graph = trace(({ x }) => ({ dx: tf.grad((t) => tf.mean(tf.square(t)))(x) }), [{ name: 'x', shape: [50, 60] }]);
  expect(ops(graph)).toEqual(['Mul', 'Mul']);
  expect(Math.max(...constantsOf(graph).map((constant) => constant.data.length))).toBe(1);
});

test('inputs, constants and repeated values may be outputs', async () => {
  const weight = random(2, 2);
  const inputs = { x: random(3) };
  await expectTracedEqualsEager(
    ({ x }) => ({
      same: x,
      again: tf.clone(x),
      weight,
      filled: tf.fill([2, 3], 7),
      repeated: tf.tile(tf.reshape(x, [1, 3]), [2, 1]),
    }),
    inputs,
  );
});

test('integers and truth values go in and out', async () => {
  await expectTracedEqualsEager(
    ({ i, b }) => ({ j: tf.add(i, 1), c: tf.logicalNot(b), picked: tf.where(b, i, tf.zerosLike(i)) }),
    {
      i: integers(0, 9, 5),
      b: tf.greater(random(5), 0),
    },
  );
});

/** Adam as tfjs' own optimiser does it, as a function from state to state. */
function adam(state: Tensors, gradient: tf.Tensor): Tensors {
  const [beta1, beta2, rate, epsilon] = [0.9, 0.999, 0.01, 1e-7];
  const m = tf.add(tf.mul(state.m, beta1), tf.mul(gradient, 1 - beta1));
  const v = tf.add(tf.mul(state.v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
  const correction1 = tf.sub(1, tf.pow(beta1, state.step));
  const correction2 = tf.sub(1, tf.pow(beta2, state.step));
  const update = tf.div(tf.div(m, correction1), tf.add(tf.sqrt(tf.div(v, correction2)), epsilon));
  return { w: tf.sub(state.w, tf.mul(rate, update)), m, v, step: tf.add(state.step, 1) };
}

test('a training step with Adam, traced, is the eager one, and trains in place', async () => {
  const step: TracedFunction = (inputs) => {
    const { value, grads } = tf.valueAndGrads((w: tf.Tensor) => {
      const hidden = tf.tanh(conv1d(inputs.x, w, { padding: 1 }));
      return tf.mean(tf.squaredDifference(tf.mean(hidden, 2), inputs.target));
    })([inputs.w]);
    return { loss: value, ...adam(inputs, grads[0]) };
  };
  const data = { x: random(4, 2, 10), target: tf.mul(random(4, 3), 0.3) };
  let eager: Tensors = { w: random(3, 2, 3), m: tf.zeros([3, 2, 3]), v: tf.zeros([3, 2, 3]), step: tf.scalar(1) };
  const specs = Object.entries({ ...data, ...eager }).map(([name, { shape }]) => ({ name, shape }));
  const compiled = await compile(trace(step, specs), { intraOpThreads: 1 });
  let now = hostTensors(eager);
  // A second set of buffers: reading one while writing the other.
  let next: typeof now = Object.fromEntries(
    Object.entries(now).map(([name, { type, data: values, dims }]) => [name, { type, data: values.slice(), dims }]),
  );
  const losses: number[] = [];
  for (let i = 0; i < 20; i++) {
    const { loss, ...state } = step({ ...data, ...eager });
    eager = state;
    const results = await compiled.run({ ...hostTensors(data), ...now }, next);
    expect(results.w.data).toBe(next.w.data);
    expect(largestDifference(next.w.data as Float32Array, eager.w.dataSync())).toBeLessThan(1e-4);
    expect(largestDifference(results.loss.data as Float32Array, loss.dataSync())).toBeLessThan(1e-5);
    losses.push(Number(results.loss.data[0]));
    [now, next] = [next, now];
  }
  expect(losses[19]).toBeLessThan(losses[0] * 0.85);
  await compiled.dispose();
});

test('customGrad is recorded as given', async () => {
  const doubled = tf.customGrad((x) => ({ value: tf.square(x as tf.Tensor), gradFunc: (dy) => tf.mul(dy, 100) }));
  const traced = await runTraced(({ x }) => ({ dx: tf.grad((t) => tf.sum(doubled(t)))(x) }), { x: random(3) });
  expect(Array.from(traced.dx.data as Float32Array)).toEqual([100, 100, 100]);
});

test('a missing or ill-shaped feed is named', async () => {
  const compiled = await compile(
    trace(({ x, mask }) => ({ y: tf.mul(x, mask) }), [...vector, { name: 'mask', shape: [4] }]),
  );
  await expect(compiled.run({ x: { type: 'float32', data: new Float32Array(4), dims: [4] } })).rejects.toThrow(
    'input mask is missing',
  );
  const feeds = hostTensors({ x: random(4), mask: random(5) });
  await expect(compiled.run(feeds)).rejects.toMatchObject({
    name: 'TraceError',
    code: 'runtime',
    message: expect.stringContaining('mask'),
  });
  await compiled.dispose();
});
