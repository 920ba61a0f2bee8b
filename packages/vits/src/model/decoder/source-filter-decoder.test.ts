import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ParameterStore, Random } from '@gpt-talker/nn';
import { randomTensor, TINY_SOURCE_FILTER, tinyModel } from '../../../test/tiny';
import { runTraced } from '../../../test/traced';
import { harmonicSource } from '../../harmonic-source';
import { type SourceFilterConfig } from '../config';
import { ForwardStft } from './forward-stft';
import { InverseStft } from './inverse-stft';
import { minimumPhase } from './minimum-phase';
import { PitchPredictor } from './pitch-predictor';
import { SourceFilterDecoder } from './source-filter-decoder';

tf.enableProdMode();

test.each([
  [32, 8],
  [32, 10],
  [64, 12],
])('the short-time spectrum is the inverse of its inverse (FFT %d, hop %d)', (fftSize, hopSamples) => {
  const samples = randomTensor([2, 9 * hopSamples], new Random(1));
  const { real, imaginary } = new ForwardStft({ fftSize, hopSamples }).forward(samples);
  expect(real.shape).toEqual([2, 9, fftSize / 2 + 1]);
  const restored = new InverseStft({ fftSize, hopSamples }).forward(real, imaginary).dataSync();
  samples.dataSync().forEach((value, index) => expect(restored[index]).toBeCloseTo(value, 4));
});

test('a frame is the Fourier transform of the windowed samples around its middle', () => {
  const [fftSize, hop] = [16, 4];
  const samples = randomTensor([1, 6 * hop], new Random(2));
  const { real, imaginary } = new ForwardStft({ fftSize, hopSamples: hop }).forward(samples);
  const [values, re, im] = [samples.dataSync(), real.dataSync(), imaginary.dataSync()];
  for (let bin = 0; bin <= 8; bin++) {
    let sum = [0, 0];
    for (let n = 0; n < fftSize; n++) {
      const sample = (values[2 * hop + n - 6] ?? 0) * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / fftSize));
      const angle = (2 * Math.PI * bin * n) / fftSize;
      sum = [sum[0] + sample * Math.cos(angle), sum[1] - sample * Math.sin(angle)];
    }
    expect(re[2 * 9 + bin]).toBeCloseTo(sum[0], 4);
    expect(im[2 * 9 + bin]).toBeCloseTo(sum[1], 4);
  }
});

test('the phase of a resonance is found from its magnitude', () => {
  // 1 / (1 − 2 r cos θ z⁻¹ + r² z⁻²): all poles within the unit circle, so its phase is the minimum phase.
  const [fftSize, r, theta] = [256, 0.8, 1.1];
  const [log, phase] = [new Float32Array(129), new Float32Array(129)];
  for (let bin = 0; bin <= 128; bin++) {
    const w = (2 * Math.PI * bin) / fftSize;
    const re = 1 - 2 * r * Math.cos(theta) * Math.cos(w) + r * r * Math.cos(2 * w);
    const im = 2 * r * Math.cos(theta) * Math.sin(w) - r * r * Math.sin(2 * w);
    log[bin] = -Math.log(Math.hypot(re, im));
    phase[bin] = -Math.atan2(im, re);
  }
  const found = minimumPhase(tf.tensor(log, [1, 1, 129]), fftSize).dataSync();
  found.forEach((value, bin) => expect(value).toBeCloseTo(phase[bin], 3));
});

const CONFIG = TINY_SOURCE_FILTER.decoder as SourceFilterConfig;

/** A decoder whose filters are the same for whatever latent. */
function fixedDecoder(pulseGain: number, noiseGain: number): SourceFilterDecoder {
  const store = new ParameterStore({ seed: 1 });
  const decoder = new SourceFilterDecoder(store.scope('dec'), 4, 8, CONFIG);
  const bins = CONFIG.fftSize / 2 + 1;
  store.set('dec.head.weight', tf.zeros([...store.get('dec.head.weight').shape]));
  const bias = Array.from({ length: CONFIG.parts * 2 * bins }, (_, index) =>
    Math.floor(index / bins) % 2 ? noiseGain : pulseGain,
  );
  store.set('dec.head.bias', tf.tensor1d(bias));
  return decoder;
}

test.each([
  ['pulses', 0, -40],
  ['noise', -40, 0],
])('a filter of 1 lets %s through as they are, and nothing else', (kept, pulseGain, noiseGain) => {
  const frames = 7;
  const random = new Random(3);
  const { samples } = harmonicSource(new Float32Array(frames).fill(40), { sampleRate: 500, hopSamples: 10, seed: 1 });
  const audio = fixedDecoder(pulseGain, noiseGain).forward(
    randomTensor([1, 4, frames], random),
    randomTensor([1, 8, 1], random),
    tf.tensor(samples, [1, 2, frames * 10]),
  );
  expect(audio.shape).toEqual([1, 1, frames * 10]);
  const expected = samples.subarray(kept === 'pulses' ? 0 : frames * 10);
  audio.dataSync().forEach((value, n) => expect(value).toBeCloseTo(expected[n], 5));
});

test('without a source it cannot speak', () => {
  expect(() => fixedDecoder(0, 0).forward(tf.zeros([1, 4, 3]), tf.zeros([1, 8, 1]))).toThrow(
    "a 'source-filter' decoder needs a source",
  );
});

test.each([0, 3])('traced, the decoder and the pitch (reach %d) are what they are eagerly', async (pitchReach) => {
  const config = { ...TINY_SOURCE_FILTER, decoder: { ...CONFIG, pitchReach } };
  const { model } = tinyModel(config, { posterior: false });
  const random = new Random(4);
  const tensors = {
    latent: randomTensor([1, 4, 6], random),
    style: randomTensor([1, 8, 1], random),
    source: randomTensor([1, 2, 60], random),
  };
  const run = ({ latent, style, source }: Record<string, tf.Tensor>) => ({
    audio: model.decode(latent, style, source),
    pitch: model.pitch({ mean: latent, logScale: latent }, style),
  });
  const traced = await runTraced(run, tensors);
  for (const [name, tensor] of Object.entries(run(tensors))) {
    tensor.dataSync().forEach((value, index) => expect(Number(traced[name].data[index]) / value).toBeCloseTo(1, 3));
  }
});

test('the pitch stays within what voices can do, whatever the weights', () => {
  const store = new ParameterStore({ seed: 1 });
  const predictor = new PitchPredictor(store.scope('pitch'), 4, 8, 6);
  const random = new Random(5);
  const pitch = predictor.forward(randomTensor([2, 4, 30], random, 1000), randomTensor([2, 8, 1], random, 1000));
  expect(pitch.shape).toEqual([2, 30]);
  pitch.dataSync().forEach((hertz) => {
    expect(hertz).toBeGreaterThanOrEqual(37.4);
    expect(hertz).toBeLessThanOrEqual(600.1);
  });
});

test('a pitch with a reach is the geometric mean of its neighbours, as many as there are', () => {
  const predict = (reach: number): number[] => {
    const store = new ParameterStore({ seed: 1 });
    const predictor = new PitchPredictor(store.scope('pitch'), 4, 8, 6, reach);
    const random = new Random(5);
    for (const { name, shape } of store.parameters()) store.set(name, randomTensor(shape, random, 0.2));
    return Array.from(predictor.forward(randomTensor([1, 4, 9], random), randomTensor([1, 8, 1], random)).dataSync());
  };
  // What tanh bounds: octaves, halved.
  const octaves = (hertz: number): number => 2 * Math.atanh(Math.log2(hertz / 150) / 2);
  const [jumping, gliding] = [predict(0), predict(2)].map((pitch) => pitch.map(octaves));
  gliding.forEach((value, frame) => {
    const weights = [0.25, 0.75, 1, 0.75, 0.25]; // sin² of 30, 60 and 90 degrees
    const near = weights.flatMap((weight, i) =>
      jumping[frame + i - 2] === undefined ? [] : [[weight, jumping[frame + i - 2]]],
    );
    const total = near.reduce((sum, [weight]) => sum + weight, 0);
    expect(value).toBeCloseTo(near.reduce((sum, [weight, at]) => sum + weight * at, 0) / total, 4);
  });
  expect(Math.max(...gliding) - Math.min(...gliding)).toBeLessThan(Math.max(...jumping) - Math.min(...jumping));
});

test('other decoders predict no pitch', () => {
  const { model } = tinyModel();
  expect(() => model.pitch({ mean: tf.zeros([1, 4, 3]), logScale: tf.zeros([1, 4, 3]) }, tf.zeros([1, 8, 1]))).toThrow(
    "a decoder of kind 'istft' needs no pitch and predicts none",
  );
});
