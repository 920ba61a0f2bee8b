// Layers against PyTorch: VITS's WaveNet (weight norm, values and gradients) and the first layers of its discriminators (strides, groups).
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registerGradients } from '@gpt-talker/tfjs-onnx';
import { readSafetensors, type ArrayTensor } from '@gpt-talker/checkpoint';
import { Conv1d, Conv2d, ParameterStore } from '../src/index';
import { parityTest } from './parity-files';

tf.enableProdMode();
registerGradients();

const LAYERS = 4;
const WIDTH = 16;

/** Entries that begin with `prefix.`, without it. */
function part(tensors: Map<string, ArrayTensor>, prefix: string): Map<string, ArrayTensor> {
  const entries = [...tensors].filter(([name]) => name.startsWith(`${prefix}.`));
  return new Map(entries.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]));
}

const toTensor = ({ data, shape }: ArrayTensor) => tf.tensor(data, shape, 'float32');

function expectClose(actual: tf.Tensor, expected: ArrayTensor, tolerance: number): void {
  expect(actual.shape).toEqual(expected.shape);
  const difference = tf.max(tf.abs(tf.sub(actual, toTensor(expected)))).arraySync() as number;
  expect(difference).toBeLessThan(tolerance);
}

/** VITS's modules.WN, for dilation 1. */
function waveNet(store: ParameterStore): (x: tf.Tensor, mask: tf.Tensor, speaker: tf.Tensor) => tf.Tensor {
  const scope = store.scope();
  const options = { weightNorm: true, padding: 'same' } as const;
  const condition = new Conv1d(scope.child('cond_layer'), 8, 2 * WIDTH * LAYERS, 1, options);
  const inner = Array.from(
    { length: LAYERS },
    (_, layer) => new Conv1d(scope.child('in_layers', layer), WIDTH, 2 * WIDTH, 5, options),
  );
  const outer = Array.from(
    { length: LAYERS },
    (_, layer) =>
      new Conv1d(scope.child('res_skip_layers', layer), WIDTH, layer < LAYERS - 1 ? 2 * WIDTH : WIDTH, 1, options),
  );
  return (x, mask, speaker) => {
    const conditions = tf.split(condition.forward(speaker), LAYERS, 1);
    let skipped: tf.Tensor = tf.zerosLike(x);
    for (let layer = 0; layer < LAYERS; layer++) {
      const [wave, gate] = tf.split(tf.add(inner[layer].forward(x), conditions[layer]), 2, 1);
      const y = outer[layer].forward(tf.mul(tf.tanh(wave), tf.sigmoid(gate)));
      if (layer === LAYERS - 1) return tf.mul(tf.add(skipped, y), mask);
      const [residual, skip] = tf.split(y, 2, 1);
      x = tf.mul(tf.add(x, residual), mask);
      skipped = tf.add(skipped, skip);
    }
    return skipped;
  };
}

parityTest('WaveNet: values and all gradients', ['unit-wavenet.safetensors'], (bytes) => {
  const { tensors } = readSafetensors(bytes, 'unit-wavenet');
  const store = new ParameterStore();
  const forward = waveNet(store);
  store.load(part(tensors, 'param'));
  const [x, mask, speaker] = ['x', 'mask', 'g'].map((name) => toTensor(tensors.get(`in.${name}`)!));
  expectClose(forward(x, mask, speaker), tensors.get('out.y')!, 1e-4);

  const names = store.names();
  const differentiate = tf.grads((...values: tf.Tensor[]) =>
    store.bind(Object.fromEntries(names.map((name, index) => [name, values[index]])), () => forward(x, mask, speaker)),
  );
  const gradients = differentiate(
    names.map((name) => store.get(name).value),
    toTensor(tensors.get('cotangent.y')!),
  );
  const expected = part(tensors, 'grad');
  const compared = names.filter((name) => expected.has(`param.${name}`) || expected.has(name));
  expect(compared).toHaveLength(names.length);
  for (const [index, name] of names.entries()) {
    expectClose(gradients[index], expected.get(`param.${name}`) ?? expected.get(name)!, 1e-3);
  }
});

parityTest('the scale discriminator: strides and groups', ['unit-discriminator-scale.safetensors'], (bytes) => {
  const { tensors } = readSafetensors(bytes, 'unit-discriminator-scale');
  const store = new ParameterStore();
  const convolutions = [
    new Conv1d(store.scope('convs.0'), 1, 16, 15, { padding: 7, weightNorm: true }),
    new Conv1d(store.scope('convs.1'), 16, 64, 41, { stride: 4, groups: 4, padding: 20, weightNorm: true }),
  ];
  store.load(part(tensors, 'param'), { strict: false });
  // The beginning suffices: eager convolutions are slow. What lies near the cut is not compared.
  let x: tf.Tensor = tf.slice(toTensor(tensors.get('in.x')!), [0, 0, 0], [1, 1, 128]);
  for (const [index, unaffected] of [120, 24].entries()) {
    x = tf.leakyRelu(convolutions[index].forward(x), 0.1);
    const { data, shape } = tensors.get(`out.feature.${index}`)!;
    const beginning = (y: tf.Tensor) => tf.slice(y, [0, 0, 0], [-1, -1, unaffected]);
    const expected = beginning(toTensor({ data, shape, dtype: 'float32' }));
    expectClose(
      beginning(x),
      { data: expected.dataSync() as Float32Array, shape: expected.shape, dtype: 'float32' },
      1e-4,
    );
  }
});

parityTest('the discriminator of period 3: two axes', ['unit-discriminator-period-3.safetensors'], (bytes) => {
  const { tensors } = readSafetensors(bytes, 'unit-discriminator-period-3');
  const store = new ParameterStore();
  const options = { stride: [3, 1], padding: [2, 0], weightNorm: true } as {
    stride: [number, number];
    padding: [number, number];
    weightNorm: true;
  };
  const convolutions = [
    new Conv2d(store.scope('convs.0'), 1, 32, [5, 1], options),
    new Conv2d(store.scope('convs.1'), 32, 128, [5, 1], options),
  ];
  store.load(part(tensors, 'param'), { strict: false });
  const wave = toTensor(tensors.get('in.x')!);
  // 200 samples, one reflected at the end, in rows of 3
  let x: tf.Tensor = tf.reshape(
    tf.mirrorPad(
      wave,
      [
        [0, 0],
        [0, 0],
        [0, 1],
      ],
      'reflect',
    ),
    [1, 1, 67, 3],
  );
  for (const [index, convolution] of convolutions.entries()) {
    x = tf.leakyRelu(convolution.forward(x), 0.1);
    expectClose(x, tensors.get(`out.feature.${index}`)!, 1e-4);
  }
});
