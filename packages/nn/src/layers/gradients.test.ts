// Layers under differentiation and under a trace.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registerGradients, trace } from '@gpt-talker/tfjs-onnx';
import {
  ChannelLayerNorm,
  Conv1d,
  ConvTranspose1d,
  dropout,
  Embedding,
  LayerNorm,
  Linear,
  Noise,
  NoiseMeter,
  ParameterStore,
} from '../index';

tf.enableProdMode();
registerGradients();

const values = (x: tf.Tensor) => Array.from(x.dataSync());

test('Linear gives the gradients of weight and bias over a batch', () => {
  const store = new ParameterStore();
  const layer = new Linear(store.scope(), 3, 2);
  const x = tf.reshape(tf.range(0, 12, 1, 'float32'), [2, 2, 3]);
  const loss = (weight: tf.Tensor, bias: tf.Tensor) => store.bind({ weight, bias }, () => tf.sum(layer.forward(x)));
  const [weight, bias] = tf.grads(loss)([store.get('weight').value, store.get('bias').value]);
  expect(values(weight)).toEqual([18, 22, 26, 18, 22, 26]);
  expect(values(bias)).toEqual([4, 4]);
});

test('an embedding gathers the gradients of the rows that were used', () => {
  const store = new ParameterStore();
  const layer = new Embedding(store.scope(), 3, 2);
  const ids = tf.tensor2d([[2, 0, 2]], [1, 3], 'int32');
  const gradient = tf.grad((weight) => store.bind({ weight }, () => tf.sum(layer.forward(ids))))(
    store.get('weight').value,
  );
  expect(values(gradient)).toEqual([1, 1, 0, 0, 2, 2]);
});

test('weight norm: a direction longer by a factor has a gradient shorter by it, at a right angle to the direction', () => {
  const store = new ParameterStore({ seed: 1 });
  const layer = new Conv1d(store.scope(), 2, 3, 3, { weightNorm: true });
  const x = tf.randomNormal([1, 2, 9], 0, 1, 'float32', 5);
  const gradientAt = (direction: tf.Tensor) =>
    tf.grad((weight_v) => store.bind({ weight_v }, () => tf.sum(tf.square(layer.forward(x)))))(direction);
  const direction = store.get('weight_v').value;
  const gradient = gradientAt(direction);
  expect(values(tf.max(tf.abs(gradient)))[0]).toBeGreaterThan(0.01);
  values(tf.sum(tf.mul(gradient, direction), [1, 2])).forEach((dot) => expect(dot).toBeCloseTo(0, 4));
  const atDouble = gradientAt(tf.mul(direction, 2));
  values(atDouble).forEach((value, index) => expect(2 * value).toBeCloseTo(values(gradient)[index], 4));
});

test('a traced model has one node for each convolution and normalisation, and takes its weights and noise as inputs', () => {
  const store = new ParameterStore();
  const scope = store.scope();
  const up = new ConvTranspose1d(scope.child('up'), 2, 4, 4, { stride: 2, padding: 1 });
  const convolution = new Conv1d(scope.child('conv'), 4, 4, 3, { padding: 'same' });
  const channels = new ChannelLayerNorm(scope.child('norm'), 4);
  const last = new LayerNorm(scope.child('last'), 4);
  const model = (x: tf.Tensor, noise: Noise) => {
    const y = channels.forward(convolution.forward(up.forward(x))); // (B, 4, 2T)
    return dropout(last.forward(tf.transpose(y, [0, 2, 1])), 0.5, noise);
  };
  const meter = new NoiseMeter();
  model(tf.zeros([1, 2, 5]), meter);
  expect(meter.used).toBe(40);

  const weight = store.get('conv.weight');
  const graph = trace(
    ({ x, noise, weight: lent }) => ({
      y: store.bind({ 'conv.weight': lent }, () => model(x, new Noise(noise as tf.Tensor1D))),
    }),
    [
      { name: 'x', shape: [1, 2, 5] },
      { name: 'noise', shape: [meter.used] },
      { name: 'weight', shape: [...weight.shape] },
    ],
  );
  const count = (operation: string) => graph.nodes.filter((node) => node.op === operation).length;
  // A transposed convolution may be recorded as a Conv of its phases, which is faster.
  expect([count('Conv') + count('ConvTranspose'), count('LayerNormalization')]).toEqual([2, 2]);
  expect(graph.inputs.map((input) => input.name)).toEqual(['x', 'noise', 'weight']);
});
