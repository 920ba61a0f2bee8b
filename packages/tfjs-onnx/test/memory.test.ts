// What decides how much memory and time a graph takes on onnxruntime, without changing what it computes.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { type HostTensor } from '@gpt-talker/runtime';

import { compile, type Graph, trace } from '../src/index';

tf.enableProdMode();

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
