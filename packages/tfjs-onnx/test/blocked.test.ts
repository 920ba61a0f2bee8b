// Convolutions on blocks of channels compute what plain ones do, and are there where they pay.
import * as tf from '@tensorflow/tfjs-core';
import * as ort from '@gpt-talker/onnxruntime';

import { blockSize } from '../src/cpu/block-size';
import { blockConvolutions } from '../src/cpu/blocked-convolutions';
import { compile, conv1d, conv2d, type Graph, trace } from '../src/index';
import { gradientsOf, hostTensors, largestDifference, type Tensors } from './support';

tf.enableProdMode();

/** Numbers without a pattern, the same in every run. */
function numbers(...shape: number[]): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: size }, (_, i) => ((i * 2654435761) % 4093) / 4093 - 0.5);
  return tf.tensor(values, shape);
}

const blockedOps = (graph: Graph): string[] =>
  graph.nodes.filter(({ domain }) => domain === 'com.microsoft.nchwc').map(({ op }) => op);

const convolutionsIn = (graph: Graph): number => blockedOps(graph).filter((op) => op === 'Conv').length;

/** Compares graphs with and without blocks on onnxruntime; the plain backend would take minutes for so many channels. */
async function expectBlocksChangeNothing(
  fn: (inputs: Tensors) => Tensors,
  inputs: Tensors,
  convolutions: number,
): Promise<Graph> {
  const graph = trace(
    fn,
    Object.entries(inputs).map(([name, { shape }]) => ({ name, shape })),
  );
  const block = (await blockSize(ort)) ?? 16;
  const blocked = blockConvolutions(graph, block);
  expect(convolutionsIn(graph)).toBe(0);
  expect(convolutionsIn(blocked)).toBe(convolutions);
  const outputs = [];
  for (const optimization of ['all', 'extended'] as const) {
    const compiled = await compile(graph, { intraOpThreads: 1, optimization });
    outputs.push(await compiled.run(hostTensors(inputs)));
    await compiled.dispose();
  }
  for (const name of Object.keys(outputs[0])) {
    expect(outputs[0][name].dims).toEqual(outputs[1][name].dims);
    const [made, expected] = outputs.map((output) => output[name].data as Float32Array);
    expect(expected.some((value) => value !== 0)).toBe(true);
    expect(largestDifference(made, expected)).toBeLessThan(2e-4);
  }
  return blocked;
}

test('this processor has blocks', async () => {
  // 8 with AVX2, 16 with AVX-512; other processors may have none.
  expect(process.arch === 'x64' ? [8, 16] : [undefined, 4, 8, 16]).toContain(await blockSize(ort));
});

test.each<[string, number[], number[], Parameters<typeof conv1d>[2], number]>([
  ['of one position', [2, 32, 320], [16, 32, 1], {}, 2],
  ['dilated, with a bias', [2, 16, 320], [32, 16, 7], { padding: 9, dilation: 3 }, 2],
  ['of unequal padding', [1, 16, 640], [16, 16, 4], { padding: [2, 1] }, 2],
  ['of groups', [2, 64, 320], [32, 32, 5], { padding: 2, groups: 2 }, 2],
  ['with a stride', [2, 16, 1600], [16, 16, 5], { padding: 2, stride: 2 }, 2],
])('conv1d and its gradients, %s', async (_case, x, w, options, convolutions) => {
  const inputs = { x: numbers(...x), w: numbers(...w), bias: numbers(w[0]) };
  const forward = ({ x, w, bias }: Tensors) => conv1d(x, w, { ...options, bias });
  const weights = numbers(...forward(inputs).shape);
  const gradients = gradientsOf(forward, ['x', 'w', 'bias'], weights);
  await expectBlocksChangeNothing((all) => ({ y: forward(all), ...gradients(all) }), inputs, convolutions);
});

test('conv2d and its gradients', async () => {
  const inputs = { x: numbers(2, 16, 20, 24), w: numbers(32, 16, 3, 5), bias: numbers(32) };
  const forward = ({ x, w, bias }: Tensors) => conv2d(x, w, { bias, padding: [1, 2] });
  const gradients = gradientsOf(forward, ['x', 'w'], numbers(2, 32, 20, 24));
  await expectBlocksChangeNothing((all) => ({ y: forward(all), ...gradients(all) }), inputs, 2);
});

test.each<[string, (y: tf.Tensor) => tf.Tensor]>([
  ['LeakyRelu', (y) => tf.leakyRelu(y, 0.1)],
  ['Relu', tf.relu],
  ['Tanh', tf.tanh],
  ['Sigmoid', tf.sigmoid],
])('a convolution applies %s itself', async (op, activate) => {
  const inputs = { x: numbers(2, 16, 400), w: numbers(16, 16, 3) };
  const blocked = await expectBlocksChangeNothing(({ x, w }) => ({ y: activate(conv1d(x, w)) }), inputs, 1);
  expect(blocked.nodes.map((node) => node.op)).not.toContain(op);
});

test('an activation whose input is wanted too stays apart', async () => {
  const inputs = { x: numbers(2, 16, 400), w: numbers(16, 16, 3) };
  const blocked = await expectBlocksChangeNothing(
    ({ x, w }) => {
      const y = conv1d(x, w);
      return { y, z: tf.relu(y) };
    },
    inputs,
    1,
  );
  expect(blocked.nodes.map((node) => node.op)).toContain('Relu');
});

test('from one convolution to the next, channels stay in blocks', async () => {
  const inputs = { x: numbers(2, 16, 400), w: numbers(16, 16, 3) };
  const blocked = await expectBlocksChangeNothing(({ x, w }) => ({ y: conv1d(conv1d(x, w), w) }), inputs, 2);
  expect(blockedOps(blocked).filter((op) => op === 'ReorderInput')).toHaveLength(1);
});

test('few positions, odd channels and constant kernels are left to onnxruntime', async () => {
  const block = (await blockSize(ort)) ?? 16;
  const convolutions = (x: number[], w: number[]) => {
    const graph = trace(
      ({ x, w }) => ({ y: conv1d(x, w) }),
      [
        { name: 'x', shape: x },
        { name: 'w', shape: w },
      ],
    );
    return convolutionsIn(blockConvolutions(graph, block));
  };
  expect(convolutions([2, 16, 400], [16, 16, 3])).toBe(1);
  expect(convolutions([2, 16, 40], [16, 16, 3])).toBe(0);
  expect(convolutions([2, 17, 400], [16, 17, 3])).toBe(0);
  expect(convolutions([2, 16, 400], [1, 16, 3])).toBe(0);
  const kernel = numbers(16, 16, 3);
  const constant = trace(({ x }) => ({ y: conv1d(x, kernel) }), [{ name: 'x', shape: [2, 16, 400] }]);
  expect(convolutionsIn(blockConvolutions(constant, block))).toBe(0);
});
