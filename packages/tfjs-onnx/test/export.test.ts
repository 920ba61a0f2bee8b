// Files: what is in them, that onnxruntime loads them, and how far half precision and int8 are from float32.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { fromBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from '@gpt-talker/onnxruntime';

import { type ModelProto, ModelProtoSchema } from '../src/generated/onnx_pb';
import {
  conv1d,
  convTranspose1d,
  exportOnnx,
  type Graph,
  layerNormalization,
  trace,
  TraceError,
  type Value,
  writeOnnx,
} from '../src/index';
import { between, largestDifference, random, type Tensors } from './support';

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
});

async function run(bytes: Uint8Array, x: tf.Tensor): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const { y } = await session.run({ x: new ort.Tensor('float32', x.dataSync() as Float32Array, x.shape) });
  await session.release();
  return y.data as Float32Array;
}

/** Root mean square of the differences over that of the values. */
function relativeError(actual: Float32Array, expected: Float32Array): number {
  const energy = (values: Float32Array): number => values.reduce((sum, value) => sum + value * value, 0);
  return Math.sqrt(energy(actual.map((value, i) => value - expected[i])) / energy(expected));
}

const parse = (bytes: Uint8Array): ModelProto => fromBinary(ModelProtoSchema, bytes);

const opsOf = (bytes: Uint8Array): string[] => parse(bytes).graph!.node.map((node) => node.opType);

/** A small network with every kind of weight: embedding-like, PyTorch's [out, in] and tfjs' [in, out] matrices, weight norm. */
function network(): { graph: Graph; fn: (inputs: Tensors) => Record<string, tf.Tensor> } {
  const weights: Tensors = {
    up: between(-0.2, 0.2, 128, 64),
    down: between(-0.2, 0.2, 128, 40),
    direction: random(40, 40, 3),
    gain: random(40, 1, 1),
    gamma: tf.ones([64]),
    beta: tf.zeros([64]),
  };
  const fn = ({ x }: Tensors): Record<string, tf.Tensor> => {
    const normed = layerNormalization(x, weights.gamma, weights.beta);
    const hidden = tf.relu(tf.matMul(normed, weights.up, false, true));
    const out = tf.reshape(tf.matMul(tf.reshape(hidden, [-1, 128]), weights.down), [2, 6, 40]);
    const norm = tf.sqrt(tf.sum(tf.square(weights.direction), [1, 2], true));
    const kernel = tf.mul(weights.gain, tf.div(weights.direction, norm));
    return { y: conv1d(tf.transpose(out, [0, 2, 1]), kernel, { padding: 1 }) };
  };
  return { graph: trace(fn, [{ name: 'x', shape: [2, 6, 64] }], { constantNames: weights }), fn };
}

test('a float32 file holds named weights once, in the form in which they are used', async () => {
  const { graph, fn } = network();
  const bytes = exportOnnx(graph);
  const model = parse(bytes);
  expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 18n]]);
  expect(opsOf(bytes)).toEqual([
    'LayerNormalization',
    'MatMul',
    'Relu',
    'Reshape',
    'MatMul',
    'Reshape',
    'Transpose',
    'Unsqueeze', // over planes, which onnxruntime computes faster
    'Conv',
    'Squeeze',
  ]);
  const initializers = Object.fromEntries(model.graph!.initializer.map(({ name, dims }) => [name, dims.map(Number)]));
  expect(initializers).toMatchObject({ down: [128, 40], gamma: [64] });
  expect(Object.values(initializers).filter((dims) => dims.length === 4)).toEqual([[40, 40, 1, 3]]);
  const x = random(2, 6, 64);
  expect(largestDifference(await run(bytes, x), fn({ x }).y.dataSync())).toBeLessThan(1e-5);
});

test('float16 halves the file and keeps three digits', async () => {
  const { graph, fn } = network();
  const bytes = exportOnnx(graph, { weights: 'float16' });
  expect(bytes.length).toBeLessThan(exportOnnx(graph).length * 0.55);
  const x = random(2, 6, 64);
  expect(largestDifference(await run(bytes, x), fn({ x }).y.dataSync())).toBeLessThan(4e-3);
});

test('numbers beyond half precision stay float32', async () => {
  const mask = tf.mul(tf.cast(tf.greater(random(20, 20), 0), 'float32'), -1e9);
  const graph = trace(({ x }) => ({ y: tf.add(x, mask) }), [{ name: 'x', shape: [20, 20] }]);
  const x = random(20, 20);
  expect(await run(exportOnnx(graph, { weights: 'float16' }), x)).toEqual(tf.add(x, mask).dataSync());
});

test('int8 quarters the matrices, whichever way they lie, and keeps two digits', async () => {
  const { graph, fn } = network();
  const bytes = exportOnnx(graph, { quantize: { bits: 8 } });
  expect(opsOf(bytes).filter((op) => op.startsWith('MatMul'))).toEqual(['MatMulNBits', 'MatMulNBits']);
  const x = random(2, 6, 64);
  const expected = fn({ x }).y.dataSync() as Float32Array;
  expect(relativeError(await run(bytes, x), expected)).toBeLessThan(0.015);
  const both = exportOnnx(graph, { quantize: { bits: 8 }, weights: 'float16' });
  expect(both.length).toBeLessThan(bytes.length);
  expect(relativeError(await run(both, x), expected)).toBeLessThan(0.015);
});

test('convolutions over time are written over planes, and what stands between them as well', async () => {
  const [w, v, depth, scale] = [random(8, 4, 3), random(4, 8, 5), random(8, 1, 3), random(1, 8, 1)];
  const fn = ({ x }: Record<string, tf.Tensor>) => {
    const first = conv1d(x, w, { dilation: 2, padding: 2 });
    const inner = conv1d(tf.leakyRelu(tf.mul(first, scale), 0.1), depth, { groups: 8, padding: 1 });
    const y = conv1d(tf.add(inner, first), v, { stride: 2 });
    return { y: tf.add(tf.mean(inner), y), first };
  };
  const graph = trace(fn, [{ name: 'x', shape: [1, 4, 'T'] }]);
  const bytes = exportOnnx(graph);
  const operators = opsOf(bytes);
  expect(operators.filter((op) => op === 'Conv')).toHaveLength(3);
  expect(operators.filter((op) => op === 'Unsqueeze')).toHaveLength(1);
  for (const length of [9, 30]) {
    const x = random(1, 4, length);
    expect(largestDifference(await run(bytes, x), fn({ x }).y.dataSync())).toBeLessThan(1e-5);
  }
});

test('int8 for activations too: one operator a product, its bias inside', async () => {
  const [w, v, bias] = [between(-1, 1, 64, 96), between(-1, 1, 80, 96), between(-1, 1, 96)];
  const fn = ({ x }: Record<string, tf.Tensor>) => ({
    y: tf.matMul(tf.relu(tf.add(tf.matMul(x, w), bias)), v, false, true),
  });
  const graph = trace(fn, [{ name: 'x', shape: ['T', 64] }]);
  const bytes = exportOnnx(graph, { quantize: { bits: 8, activations: 'int8' } });
  expect(opsOf(bytes)).toEqual(['DynamicQuantizeMatMul', 'Relu', 'DynamicQuantizeMatMul']);
  const x = random(7, 64);
  const expected = fn({ x }).y.dataSync() as Float32Array;
  expect(relativeError(await run(bytes, x), expected)).toBeLessThan(0.02);
  expect(relativeError(await run(bytes, x), expected)).toBeGreaterThan(1e-4);
});

test('int8 by rows gives each row, to the bit, what it has alone', async () => {
  const [w, v, bias] = [between(-1, 1, 64, 300), between(-1, 1, 80, 300), between(-1, 1, 300)];
  const fn = ({ x }: Record<string, tf.Tensor>) => ({
    y: tf.matMul(tf.relu(tf.add(tf.matMul(x, w), bias)), v, false, true),
  });
  const written = (rows: number | string, activations: 'int8' | 'int8-rows') =>
    exportOnnx(trace(fn, [{ name: 'x', shape: [rows, 64] }]), {
      weights: 'float16',
      quantize: { bits: 8, activations },
    });
  const [alone, apart] = [written('T', 'int8'), written(5, 'int8-rows')];
  expect(opsOf(apart).filter((op) => op === 'MatMulInteger')).toHaveLength(2);
  // Large and small, of one sign, all zeros: each would shift the scale of the others.
  const rows = [random(1, 64), tf.mul(random(1, 64), 50), tf.abs(random(1, 64)), tf.neg(tf.abs(random(1, 64)))];
  const all = [...rows, tf.zeros([1, 64])];
  const together = await run(apart, tf.concat(all as tf.Tensor2D[], 0));
  for (const [index, row] of all.entries())
    expect(together.subarray(80 * index, 80 * (index + 1))).toEqual(await run(alone, row));
  expect(await run(alone, tf.concat(all as tf.Tensor2D[], 0))).not.toEqual(together);
});

test('int8 quarters the kernels of convolutions, and keeps two digits', async () => {
  const [w, v, small] = [random(32, 64, 5), random(32, 40, 4), random(3, 40, 2)];
  const fn = ({ x }: Record<string, tf.Tensor>) => ({
    y: conv1d(convTranspose1d(conv1d(x, w), v, { stride: 2 }), small),
  });
  const graph = trace(fn, [{ name: 'x', shape: [1, 64, 'T'] }]);
  const [whole, bytes] = [exportOnnx(graph), exportOnnx(graph, { kernels: 'int8' })];
  expect(bytes.length).toBeLessThan(0.3 * whole.length);
  const x = random(1, 64, 12);
  const expected = fn({ x }).y.dataSync() as Float32Array;
  expect(relativeError(await run(bytes, x), expected)).toBeLessThan(0.015);
  expect(relativeError(await run(bytes, x), expected)).toBeGreaterThan(1e-4);
});

test('int8 quarters matrices that are multiplied by, as they lie or turned, and products stay products of floats', async () => {
  const [w, turned, small] = [between(-1, 1, 64, 80), between(-1, 1, 96, 80), between(-1, 1, 96, 4)];
  const fn = ({ x }: Record<string, tf.Tensor>) => ({
    y: tf.matMul(tf.matMul(tf.matMul(x as tf.Tensor2D, w), turned, false, true), small),
  });
  const graph = trace(fn, [{ name: 'x', shape: ['T', 64] }]);
  const [whole, bytes] = [exportOnnx(graph), exportOnnx(graph, { matrices: 'int8' })];
  expect(bytes.length).toBeLessThan(0.35 * whole.length);
  expect(opsOf(bytes).filter((op) => op === 'MatMul')).toHaveLength(3);
  const x = random(12, 64);
  const expected = fn({ x }).y.dataSync() as Float32Array;
  expect(relativeError(await run(bytes, x), expected)).toBeLessThan(0.015);
  expect(relativeError(await run(bytes, x), expected)).toBeGreaterThan(1e-4);
});

test('widths that no block divides are quantised with a rest', async () => {
  const w = between(-1, 1, 40, 24);
  const graph = trace(({ x }) => ({ y: tf.matMul(x, w) }), [{ name: 'x', shape: ['T', 40] }]);
  const bytes = exportOnnx(graph, { quantize: { bits: 8, minimumElements: 1, blockSize: 16 } });
  expect(opsOf(bytes)).toEqual(['MatMulNBits']);
  const x = random(5, 40);
  expect(largestDifference(await run(bytes, x), tf.matMul(x, w).dataSync())).toBeLessThan(0.1);
});

test('small matrices, left operands, and matrices that are computed, are not quantised', () => {
  const [small, large] = [random(8, 8), random(128, 128)];
  const graph = trace(
    ({ x }) => ({ y: tf.matMul(tf.matMul(tf.matMul(large, x), small), x, false, true) }),
    [{ name: 'x', shape: [128, 8] }],
  );
  expect(opsOf(exportOnnx(graph, { quantize: { bits: 8 } }))).not.toContain('MatMulNBits');
});

test('a tied embedding is in the file once', () => {
  const table = random(100, 64);
  const graph = trace(
    ({ x }) => ({ y: tf.matMul(tf.gather(table, tf.cast(x, 'int32')), table, false, true) }),
    [{ name: 'x', shape: [3] }],
  );
  expect(exportOnnx(graph).length).toBeLessThan(100 * 64 * 4 + 2000);
});

test('int8 with other bits or blocks is refused', () => {
  const { graph } = network();
  expect(() => exportOnnx(graph, { quantize: { bits: 8, blockSize: 24 } })).toThrow(TraceError);
  expect(() => exportOnnx(graph, { quantize: { bits: 4 as 8 } })).toThrow(/4 bits/);
});

describe('writeOnnx', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'tfjs-onnx-'))));

  test('a second graph of the same weights reads them out of the first', async () => {
    const { graph, fn } = network();
    const [first, second] = ['first.onnx', 'second.onnx'].map((name) => path.join(folder, name));
    await writeOnnx(first, graph);
    await writeOnnx(second, graph, { constantsOf: { location: 'first.onnx', bytes: readFileSync(first) } });
    const { length } = readFileSync(second);
    expect(length).toBeLessThan(readFileSync(first).length / 10);
    const session = await ort.InferenceSession.create(second, { logSeverityLevel: 4 });
    const x = random(2, 6, 64);
    const { y } = await session.run({ x: new ort.Tensor('float32', x.dataSync() as Float32Array, x.shape) });
    await session.release();
    expect(largestDifference(y.data as Float32Array, fn({ x }).y.dataSync())).toBeLessThan(1e-5);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('writes the bytes of exportOnnx, large weights too', async () => {
    const weight = between(-1, 1, 1100, 1000);
    const graph = trace(({ x }) => ({ y: tf.matMul(x, weight) }), [{ name: 'x', shape: [1, 1100] }]);
    await writeOnnx(path.join(folder, 'model.onnx'), graph);
    expect(Buffer.compare(readFileSync(path.join(folder, 'model.onnx')), exportOnnx(graph))).toBe(0);
    expect(readdirSync(folder)).toEqual(['model.onnx']);
  });

  test('leaves nothing behind where it cannot write', async () => {
    const { graph } = network();
    await expect(writeOnnx(path.join(folder, 'missing', 'model.onnx'), graph)).rejects.toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('a model larger than a protobuf is refused before its bytes are made', () => {
  const buffer = new ArrayBuffer(2 ** 28);
  const constants = Array.from({ length: 9 }, (): Value => ({
    type: 'float32',
    shape: [2 ** 26],
    data: new Float32Array(buffer),
  }));
  const outputs = constants.map((value, index) => ({ name: `y${index}`, type: value.type, dims: value.shape, value }));
  expect(() => exportOnnx({ inputs: [], outputs, nodes: [] })).toThrow(/holds at most 2147483647/);
});
