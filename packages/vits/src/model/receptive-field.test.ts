import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Random } from '@gpt-talker/nn';
import { randomTensor, TINY, TINY_HIFIGAN, TINY_SOURCE_FILTER, tinyModel } from '../../test/tiny';
import { PUBLISHED_CONVITS, type ConVitsConfig } from './config';
import { contextTokens, decoderContextFrames, latentContextFrames } from './receptive-field';

tf.enableProdMode();

test('unlimited attention has no margin that is enough', () => {
  expect(latentContextFrames(PUBLISHED_CONVITS)).toBeNull();
  expect(contextTokens(PUBLISHED_CONVITS)).toBeNull();
});

test.each<[string, ConVitsConfig]>([
  ['inverse STFT', TINY],
  ['HiFi-GAN', TINY_HIFIGAN],
  ['source and filter', TINY_SOURCE_FILTER],
])("no frame beyond the decoder's margin changes a frame's samples (%s)", (_, config) => {
  const { model } = tinyModel(config, { posterior: false });
  const reach = decoderContextFrames(config.decoder);
  const [frames, changed, hop] = [4 * reach + 5, 2 * reach + 2, 10];
  const random = new Random(1);
  const latent = randomTensor([1, config.interChannels, frames], random);
  const style = randomTensor([1, config.styleChannels, 1], random);
  const source = randomTensor([1, 2, frames * hop], random);
  const bump = tf.oneHot(tf.tensor1d([changed], 'int32'), frames);
  const difference = tf
    .sub(model.decode(tf.add(latent, tf.cast(bump, 'float32')), style, source), model.decode(latent, style, source))
    .dataSync() as Float32Array;
  const touched = Array.from({ length: frames }, (__, frame) =>
    difference.slice(frame * hop, (frame + 1) * hop).some((value) => Math.abs(value) > 1e-6),
  );
  expect(touched[changed]).toBe(true);
  touched.forEach((hit, frame) => hit && expect(Math.abs(frame - changed)).toBeLessThanOrEqual(reach));
});

test('the margin in tokens covers prior, flow and decoder', () => {
  // Encoders 2 · (3 + 2), flow 2 · 1, decoder 3 · 1 + 2 frames.
  expect(latentContextFrames(TINY)).toBe(12);
  expect(decoderContextFrames(TINY.decoder)).toBe(5);
  expect(contextTokens(TINY)).toBe(9);
});

test('a pitch that reaches further than the filters widens the margin', () => {
  const margin = (pitchReach: number) =>
    decoderContextFrames({ ...TINY_SOURCE_FILTER.decoder, pitchReach } as ConVitsConfig['decoder']);
  expect(margin(20) - margin(10)).toBe(10);
});
