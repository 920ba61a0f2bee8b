// A ConVITS small enough for tests: a spectral voice with a windowed prior.
import * as tf from '@tensorflow/tfjs-core';
import { ParameterStore, Random } from '@gpt-talker/nn';
import { ConVits } from '../src/model/convits';
import { type ConVitsConfig } from '../src/model/config';

export const TINY: ConVitsConfig = {
  spectrogramBins: 17,
  symbols: 9,
  interChannels: 4,
  hiddenChannels: 8,
  filterChannels: 12,
  heads: 2,
  textLayers: 1,
  speechLayers: 1,
  kernel: 3,
  dropout: 0,
  relativeWindow: 2,
  attentionWindow: 3,
  styleChannels: 8,
  styleEncoder: { hiddenChannels: 8, kernel: 3, heads: 2 },
  crossAttentionHeads: 2,
  quantizer: { kind: 'spectral', size: 11, width: 6 },
  posterior: { kernel: 3, layers: 2 },
  flow: { couplings: 2, kernel: 3, layers: 1 },
  decoder: { kind: 'istft', width: 8, blocks: 2, expansion: 2, kernel: 3, fftSize: 32, hopSamples: 10 },
};

export const TINY_HIFIGAN: ConVitsConfig = {
  ...TINY,
  decoder: {
    kind: 'hifigan',
    initialChannels: 8,
    upsampleRates: [5, 2],
    upsampleKernels: [11, 4],
    residualBlock: '1',
    residualKernels: [3, 5],
    residualDilations: [
      [1, 3],
      [1, 3],
    ],
  },
};

export const TINY_SOURCE_FILTER: ConVitsConfig = {
  ...TINY,
  decoder: {
    ...{ kind: 'source-filter', width: 8, blocks: 2, expansion: 2, kernel: 3 },
    ...{ fftSize: 16, hopSamples: 10, parts: 5, pitchWidth: 6 },
  },
};

/** Random weights everywhere, also where a new model begins with zeros, so that every path counts. */
export function tinyModel(
  config: ConVitsConfig = TINY,
  options: { posterior?: boolean } = {},
): { model: ConVits; store: ParameterStore } {
  const store = new ParameterStore({ seed: 5 });
  const model = new ConVits(store.scope(), config, options);
  const random = new Random(6);
  for (const { name, shape, value } of store.parameters()) {
    if (value.dataSync().every((entry) => entry === 0)) store.set(name, randomTensor(shape, random, 0.3));
  }
  return { model, store };
}

export function randomTensor(shape: readonly number[], random: Random, scale = 1): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => scale * random.normal()),
    [...shape],
  );
}

export function randomIds(shape: readonly number[], limit: number, random: Random): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tf.tensor(
    Int32Array.from({ length: size }, () => random.integer(limit)),
    [...shape],
    'int32',
  );
}
