// What holds for any weights: names, roles, padding, caching, dropout. The numbers themselves are checked in test/congpt.parity.test.ts.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Segment } from '@gpt-talker/context';
import { Noise, NoiseMeter, ParameterStore } from '@gpt-talker/nn';
import type { HostTensor } from '@gpt-talker/runtime';
import { packSequences, type PackOptions } from './batch';
import { configFromUpstream, congptConfig } from './config';
import { ConGpt, type ConGptInputs } from './congpt';

tf.enableProdMode();

const config = congptConfig({
  layers: 2,
  width: 8,
  heads: 2,
  feedForward: 12,
  phonemeVocabulary: 6,
  semanticVocabulary: 5,
  dropout: 0.2,
  hiddenDropout: 0.1,
});
const packing: PackOptions = {
  order: 'interleaved',
  textMask: 'causal',
  endOfSpeech: 4,
  targets: 'every-turn',
  featureWidth: 0,
};
const turn = (role: Segment['role'], phonemes: number[], tokens: number[]): Segment[] => [
  { kind: 'text', role, phonemes: Int32Array.from(phonemes) },
  { kind: 'speech', role, tokens: Int32Array.from(tokens) },
];
const long = [...turn('user', [1, 2, 3], [0, 1]), ...turn('agent', [5, 4], [3, 2, 1])];
const short = turn('user', [2, 2], [3]);

function build(overrides: Partial<typeof config> = {}): { store: ParameterStore; model: ConGpt } {
  const store = new ParameterStore({ seed: 2 });
  return { store, model: new ConGpt(store.scope('model'), { ...config, ...overrides }) };
}

function inputsFor(sequences: Segment[][], options: Partial<PackOptions> = {}): ConGptInputs {
  const packed = Object.entries(packSequences(sequences, { ...packing, ...options })) as [string, HostTensor][];
  const tensors = packed.map(([name, { data, dims, type }]) => [
    name,
    tf.tensor(data as Float32Array, [...dims], type as 'float32'),
  ]);
  return Object.fromEntries(tensors) as unknown as ConGptInputs;
}

function expectClose(actual: tf.Tensor, expected: tf.Tensor): void {
  expect(actual.shape).toEqual(expected.shape);
  expect(tf.max(tf.abs(tf.sub(actual, expected))).dataSync()[0]).toBeLessThan(1e-5);
}

test('parameters have the names of upstream checkpoints', () => {
  const { store } = build({ layers: 1, featureWidth: 3 });
  const layer = 'model.h.layers.0.';
  expect(Object.fromEntries(store.names().map((name) => [name, store.get(name).shape]))).toEqual({
    'model.bert_proj.weight': [8, 3],
    'model.bert_proj.bias': [8],
    'model.ar_text_embedding.word_embeddings.weight': [6, 8],
    'model.ar_text_position.alpha': [1],
    'model.ar_audio_embedding.word_embeddings.weight': [5, 8],
    'model.ar_audio_position.alpha': [1],
    'model.role_embedding.weight': [2, 8],
    [`${layer}self_attn.in_proj_weight`]: [24, 8],
    [`${layer}self_attn.in_proj_bias`]: [24],
    [`${layer}self_attn.out_proj.weight`]: [8, 8],
    [`${layer}self_attn.out_proj.bias`]: [8],
    [`${layer}linear1.weight`]: [12, 8],
    [`${layer}linear1.bias`]: [12],
    [`${layer}linear2.weight`]: [8, 12],
    [`${layer}linear2.bias`]: [8],
    [`${layer}norm1.weight`]: [8],
    [`${layer}norm1.bias`]: [8],
    [`${layer}norm2.weight`]: [8],
    [`${layer}norm2.bias`]: [8],
    'model.ar_predict_layer.weight': [5, 8],
  });
});

test('roles mean nothing at first, and something once learnt', () => {
  const { store, model } = build();
  const inputs = inputsFor([long]);
  const swapped = { ...inputs, roles: tf.sub(tf.scalar(1, 'int32'), inputs.roles!) as tf.Tensor2D };
  const before = model.forward(inputs);
  expectClose(model.forward(swapped), before);
  expectClose(build({ roles: false }).model.forward(inputs), before);
  store.set('model.role_embedding.weight', tf.randomNormal([2, 8], 0, 1, 'float32', 1));
  const difference = tf.max(tf.abs(tf.sub(model.forward(swapped), model.forward(inputs))));
  expect(difference.dataSync()[0]).toBeGreaterThan(0.01);
});

test.each(['causal', 'bidirectional'] as const)('padding changes nothing (%s)', (textMask) => {
  const { model } = build();
  const alone = model.forward(inputsFor([short], { textMask }));
  const padded = model.forward(inputsFor([long, short], { textMask }));
  expect(padded.shape).toEqual([2, 10, 5]);
  expectClose(tf.slice(padded, [1, 0, 0], [1, 3, 5]), alone);
});

test('reading a sequence in parts with a cache gives the logits of reading it at once', () => {
  const { model } = build();
  const all = inputsFor([long]);
  const logits = model.forward(all);
  const empty = tf.zeros<tf.Rank.R4>([1, config.heads, 0, 8 / config.heads]);
  let past = Array.from({ length: config.layers }, () => ({ key: empty, value: empty }));
  for (const [start, end] of [
    [0, 5],
    [5, 9],
    [9, 10],
  ]) {
    const part = (tensor: tf.Tensor2D) => tf.slice(tensor, [0, start], [1, end - start]);
    const { ids, kind, positions, roles, mask } = all;
    const step = model.step(
      {
        ids: part(ids),
        kind: part(kind),
        positions: part(positions),
        roles: part(roles!),
        mask: tf.slice(mask, [start, 0], [end - start, end]),
      },
      past,
    );
    expectClose(step.logits, tf.reshape(tf.slice(logits, [0, end - 1, 0], [1, 1, 5]), [1, 5]));
    expect(step.rows[0].key.shape).toEqual([1, config.heads, end - start, 8 / config.heads]);
    past = past.map(({ key, value }, layer) => ({
      key: tf.concat([key, step.rows[layer].key], 2),
      value: tf.concat([value, step.rows[layer].value], 2),
    }));
  }
});

test('dropout takes its draws from the noise, so that the same noise gives the same logits', () => {
  const { model } = build();
  const inputs = inputsFor([short]);
  const meter = new NoiseMeter();
  model.forward(inputs, meter);
  // The embeddings, two sub-layers and the hidden units of each layer.
  expect(meter.used).toBe(3 * (8 + config.layers * (8 + 8 + 12)));
  const draws = (seed: number) => tf.randomUniform([meter.used], 0, 1, 'float32', seed) as tf.Tensor1D;
  const [first, again, other] = [draws(1), draws(1), draws(2)].map((draw) => model.forward(inputs, new Noise(draw)));
  expectClose(again, first);
  expect(tf.max(tf.abs(tf.sub(other, first))).dataSync()[0]).toBeGreaterThan(0.01);
});

test('an input that the configuration asks for is missed by name', () => {
  const inputs = inputsFor([short]);
  expect(() => build({ featureWidth: 3 }).model.forward(inputs)).toThrow("the input 'features' is missing");
  expect(() => build().model.forward({ ...inputs, roles: undefined })).toThrow("the input 'roles' is missing");
});

test('sizes that do not fit each other are refused', () => {
  expect(() => congptConfig({ layers: 0, width: 8, heads: 2 })).toThrow(
    'layers is 0; give a whole number of at least 1',
  );
  expect(() => congptConfig({ layers: 1, width: 10, heads: 4 })).toThrow('width 10 is not an even multiple of 4 heads');
  expect(() => congptConfig({ layers: 1, width: 8, heads: 2, dropout: 1 })).toThrow('dropout is 1; give a rate');
});

test("upstream's configuration is read, with its feed-forward of four times the width", () => {
  const upstream = {
    vocab_size: 1025,
    phoneme_vocab_size: 512,
    hidden_dim: 64,
    head: 4,
    linear_units: 2048,
    n_layer: 3,
  };
  expect(configFromUpstream(upstream)).toMatchObject({
    layers: 3,
    width: 64,
    heads: 4,
    feedForward: 256,
    phonemeVocabulary: 512,
    semanticVocabulary: 1025,
    featureWidth: 1024,
  });
});
