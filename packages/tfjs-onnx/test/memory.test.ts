// What decides how much memory and time a graph takes on onnxruntime, without changing what it computes.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

import { compile, type Graph, type HostTensor, int32, trace } from '../src/index';

tf.enableProdMode();

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const host = (...values: number[]): HostTensor => ({
  type: 'float32',
  data: Float32Array.from(values),
  dims: [values.length],
});
const vector = (name: string) => ({ name, shape: [3] });

test('an average is written where it was read', async () => {
  const graph = trace(
    ({ average, value }) => ({ average: tf.add(tf.mul(average, 0.5), tf.mul(value, 0.5)) }),
    [vector('average'), vector('value')],
  );
  const compiled = await compile(graph);
  expect(compiled.allowsInPlace('average')).toBe(true);
  const average = host(2, 4, 6);
  const outputs = await compiled.run({ average, value: host(4, 4, 4) }, { average });
  expect(outputs.average).toBe(average);
  expect([...average.data]).toEqual([3, 4, 5]);
  await compiled.dispose();
});

test('no output is copied where each has an array of the caller’s', async () => {
  const size = 2 ** 20;
  const large = (): HostTensor => ({ type: 'float32', data: new Float32Array(size).fill(2), dims: [size] });
  const graph = trace(({ x }) => ({ y: tf.mul(x, x), norm: tf.sum(x) }), [{ name: 'x', shape: [size] }]);
  const compiled = await compile(graph);
  const [x, y] = [large(), large()];
  const norm: HostTensor = { type: 'float32', data: new Float32Array(1), dims: [] };
  const taken = async (into: Record<string, HostTensor>) => {
    await compiled.run({ x }, into);
    // What earlier tests left must not be freed in between.
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    const outputs = await compiled.run({ x }, into);
    return { outputs, bytes: process.memoryUsage().arrayBuffers - before };
  };
  const copied = await taken({ y });
  expect(copied.bytes).toBeGreaterThanOrEqual(4 * size);
  y.data.fill(0 as never);
  const { outputs, bytes } = await taken({ y, norm });
  expect(bytes).toBeLessThan(size);
  expect(outputs).toEqual({ y, norm });
  expect(outputs.y).toBe(y);
  expect([y.data[0], y.data[size - 1], norm.data[0]]).toEqual([4, 4, 2 * size]);
  await compiled.dispose();
});

test('an error is an error also where every output has an array', async () => {
  const places = { name: 'i', shape: [3], dtype: 'int32' as const };
  const compiled = await compile(trace(({ x, i }) => ({ y: tf.gather(x, i) }), [vector('x'), places]));
  const run = compiled.run({ x: host(1, 2, 3), i: int32([0, 1, 9]) }, { y: host(0, 0, 0) });
  await expect(run).rejects.toThrow(/onnxruntime does not run the graph/);
  await compiled.dispose();
});

const inPlace = async (graph: Graph, name: string): Promise<boolean> => {
  const compiled = await compile(graph);
  await compiled.dispose();
  return compiled.allowsInPlace(name);
};

test.each<[string, boolean, (w: tf.Tensor, x: tf.Tensor) => Record<string, tf.Tensor>]>([
  // Nothing makes the product with the old weight come before the new weight.
  ['someone else reads the old value', false, (w, x) => ({ w: tf.sub(w, x), y: tf.mul(w, x) })],
  ['the other reader is needed for the new value', true, (w, x) => ({ w: tf.sub(w, tf.sum(tf.mul(w, x))) })],
  [
    'the reader sees it under another shape',
    false,
    (w, x) => ({ w: tf.sub(w, x), y: tf.sum(tf.reshape(w, [3, 1]), 1) }),
  ],
  ['an element is read after its neighbour was written', false, (w, x) => ({ w: tf.reverse(w), y: x })],
  [
    'it waits for a number that the other reader is needed for',
    true,
    (w, x) => {
      const y = tf.mul(w, x);
      return { w: tf.where(tf.isFinite(tf.sum(y)), tf.sub(w, x), w), y: tf.exp(y) };
    },
  ],
  [
    'it waits for a number, and the other reader does not come before that',
    false,
    (w, x) => ({ w: tf.where(tf.isFinite(tf.sum(x)), tf.sub(w, x), w), y: tf.mul(w, x) }),
  ],
  ['it has no input of that name', false, (w, x) => ({ z: tf.mul(w, x) })],
])('in place or not: %s', async (_case, expected, compute) => {
  const graph = trace(({ w, x }) => compute(w, x), [vector('w'), vector('x')]);
  expect(await inPlace(graph, 'w')).toBe(expected);
});

test('a mask that only the gradient needs stands right behind what it is made of', () => {
  const graph = trace(
    ({ x }) => ({ dx: tf.grad((value) => tf.mul(tf.relu(tf.mul(tf.relu(value), 3)), 2))(x) }),
    [vector('x')],
  );
  const places = new Map(graph.nodes.map((node, index) => [node, index]));
  for (const node of graph.nodes) {
    const made = node.inputs.filter((input) => input?.node);
    if (made.length !== 1 || node.inputs.length !== 1) continue;
    const between = graph.nodes.slice(places.get(made[0]!.node!)! + 1, places.get(node)!);
    expect(between.every(({ inputs }) => inputs.filter((input) => input && !input.data).length === 1)).toBe(true);
  }
});

test('a single number has as many axes as a partner whose last axis has length one', () => {
  const graph = trace(
    ({ x, scale }) => ({ y: tf.mul(x, scale), z: tf.add(x, 1) }),
    [
      { name: 'x', shape: [4, 2, 1] },
      { name: 'scale', shape: [] },
    ],
  );
  for (const { op, inputs } of graph.nodes)
    if (op === 'Mul' || op === 'Add') expect(inputs.map((input) => input!.shape.length)).toEqual([3, 3]);
});
