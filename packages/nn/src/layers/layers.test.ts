// Layers against numbers worked out by hand in PyTorch's conventions, eagerly on the CPU backend.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import {
  ChannelLayerNorm,
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  dropout,
  Embedding,
  LayerNorm,
  Linear,
  Noise,
  ParameterStore,
} from '../index';

tf.enableProdMode();

const values = (x: tf.Tensor) => Array.from(x.dataSync());
const range = (shape: number[], start = 0) =>
  tf.reshape(tf.range(start, start + shape.reduce((a, b) => a * b, 1), 1, 'float32'), shape);
const close = (x: tf.Tensor, expected: number[]) => values(x).forEach((v, i) => expect(v).toBeCloseTo(expected[i], 4));

function setAll(store: ParameterStore, tensors: Record<string, tf.Tensor>) {
  for (const [name, value] of Object.entries(tensors)) store.set(name, value);
}

test('Linear multiplies by the transposed weight over the last axis of any rank', () => {
  const store = new ParameterStore();
  const layer = new Linear(store.scope('to'), 3, 2);
  setAll(store, { 'to.weight': range([2, 3]), 'to.bias': tf.tensor([10, 20]) });
  const y = layer.forward(range([1, 2, 3]));
  expect(y.shape).toEqual([1, 2, 2]);
  expect(values(y)).toEqual([15, 34, 24, 70]);
  expect(values(layer.forward(range([2, 3])))).toEqual([15, 34, 24, 70]);
});

test('Embedding looks rows up', () => {
  const store = new ParameterStore();
  const layer = new Embedding(store.scope('table'), 4, 2);
  store.set('table.weight', range([4, 2]));
  const y = layer.forward(tf.tensor2d([[3, 0]], [1, 2], 'int32'));
  expect(y.shape).toEqual([1, 2, 2]);
  expect(values(y)).toEqual([6, 7, 0, 1]);
});

test('Conv1d strides, dilates, pads and groups', () => {
  const store = new ParameterStore();
  const plain = new Conv1d(store.scope('a'), 2, 1, 2, { stride: 2, padding: [1, 0] });
  setAll(store, { 'a.weight': range([1, 2, 2], 1), 'a.bias': tf.tensor([0.5]) });
  // x = [[0 1 2 3], [4 5 6 7]], one zero on the left: windows (0 0)(0 4), (1 2)(5 6)
  const y = plain.forward(range([1, 2, 4]));
  expect(y.shape).toEqual([1, 1, 2]);
  expect(values(y)).toEqual([0 + 0 + 0 + 16 + 0.5, 1 + 4 + 15 + 24 + 0.5]);

  const dilated = new Conv1d(store.scope('b'), 2, 2, 3, { dilation: 2, padding: 'same', groups: 2, bias: false });
  store.set('b.weight', tf.tensor([1, 10, 100, 1, 0, -1], [2, 1, 3]));
  expect(store.has('b.bias')).toBe(false);
  expect(values(dilated.forward(range([1, 2, 4])))).toEqual([200, 310, 20, 31, -6, -7, 4, 5]);
});

test('ConvTranspose1d spreads each input over the kernel', () => {
  const store = new ParameterStore();
  const layer = new ConvTranspose1d(store.scope(), 1, 2, 4, { stride: 2, padding: 1, bias: false });
  store.set('weight', tf.tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 4]));
  const y = layer.forward(tf.tensor([1, 10], [1, 1, 2]));
  expect(y.shape).toEqual([1, 2, 4]);
  // whole: 1 2 (3+10) (4+20) 30 40, one cut off on each side
  expect(values(y)).toEqual([2, 13, 24, 30, 6, 57, 68, 70]);
});

test('Conv2d strides over one axis as the period discriminators do', () => {
  const store = new ParameterStore();
  const layer = new Conv2d(store.scope(), 1, 1, [3, 1], { stride: [2, 1], padding: [1, 0] });
  setAll(store, { weight: tf.tensor([1, 10, 100], [1, 1, 3, 1]), bias: tf.tensor([0]) });
  const y = layer.forward(range([1, 1, 4, 2]));
  expect(y.shape).toEqual([1, 1, 2, 2]);
  expect(values(y)).toEqual([200, 310, 642, 753]);
});

test('weight norm scales each direction to its length and starts as the weight that was drawn', () => {
  const plain = new ParameterStore();
  const split = new ParameterStore();
  const options = { weightInitializer: () => Float32Array.of(3, 4, 0, -2), bias: false };
  const expected = new Conv1d(plain.scope(), 2, 2, 1, options).forward(range([1, 2, 3]));
  const layer = new Conv1d(split.scope(), 2, 2, 1, { ...options, weightNorm: true });
  expect(split.get('weight_g').shape).toEqual([2, 1, 1]);
  expect(values(split.get('weight_g').value)).toEqual([5, 2]);
  close(layer.forward(range([1, 2, 3])), values(expected));
  split.set('weight_g', tf.tensor([10, 1], [2, 1, 1]));
  close(layer.weight.value, [6, 8, 0, -1]);
});

test('weight norm can keep its lengths along another axis', () => {
  const store = new ParameterStore();
  const initial = () => Float32Array.of(3, 1, 4, 1);
  const layer = new Conv1d(store.scope(), 2, 1, 2, { weightNorm: true, weightNormAxis: 2, weightInitializer: initial });
  expect(store.get('weight_g').shape).toEqual([1, 1, 2]);
  close(store.get('weight_g').value, [5, Math.SQRT2]);
  close(layer.weight.value, [3, 1, 4, 1]);
});

test('LayerNorm normalises the last axis, ChannelLayerNorm the channels', () => {
  const store = new ParameterStore();
  const last = new LayerNorm(store.scope('last'), 3);
  const channels = new ChannelLayerNorm(store.scope('channels'), 3);
  const gamma = tf.tensor([1, 2, 3]);
  const beta = tf.tensor([0, 0, 1]);
  setAll(store, { 'last.weight': gamma, 'last.bias': beta, 'channels.gamma': gamma, 'channels.beta': beta });
  const unit = Math.sqrt(1.5); // (1, 2, 3) has variance 2/3
  close(last.forward(tf.tensor([1, 2, 3], [1, 1, 3])), [-unit, 0, 1 + 3 * unit]);
  const y = channels.forward(tf.tensor([1, 10, 2, 20, 3, 30], [1, 3, 2]));
  expect(y.shape).toEqual([1, 3, 2]);
  close(y, [-unit, -unit, 0, 0, 1 + 3 * unit, 1 + 3 * unit]);
});

test('dropout keeps what its noise lets through and passes everything without noise', () => {
  const x = tf.ones([4]);
  const noise = new Noise(tf.tensor1d([0.1, 0.25, 0.9, 0.2]));
  close(dropout(x, 0.25, noise), [0, 1 / 0.75, 1 / 0.75, 0]);
  expect(dropout(x, 0.25, undefined)).toBe(x);
  expect(() => dropout(x, 1, noise)).toThrow(RangeError);
});
