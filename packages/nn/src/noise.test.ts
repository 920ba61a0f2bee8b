import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Noise, NoiseMeter, ParameterError, Random } from './index';

tf.enableProdMode();

test('slices are consecutive and end with an error', () => {
  const noise = new Noise(tf.tensor1d([0, 0.25, 0.5, 0.75]));
  expect(Array.from(noise.take([1, 2]).dataSync())).toEqual([0, 0.25]);
  expect(noise.take([2]).arraySync()).toEqual([0.5, 0.75]);
  expect(() => noise.take([1])).toThrow(ParameterError);
});

test('a meter counts what a noise must hold', () => {
  const run = (noise: Noise) => tf.add(noise.take([3, 2]), noise.takeNormal([3, 2]));
  const meter = new NoiseMeter();
  expect(run(meter).shape).toEqual([3, 2]);
  expect(meter.used).toBe(18);
  const noise = new Noise(tf.tensor1d(new Random(1).uniforms(meter.used)));
  run(noise);
  expect(noise.used).toBe(18);
});

test('normal numbers have mean 0 and deviation 1, and stay finite at both ends', () => {
  const noise = new Noise(tf.tensor1d(new Random(7).uniforms(40_000)));
  const { mean, variance } = tf.moments(noise.takeNormal([20_000]));
  expect(mean.arraySync()).toBeCloseTo(0, 1);
  expect(variance.arraySync()).toBeCloseTo(1, 1);
  const edges = new Noise(tf.tensor1d([0, 1, 0.3, 0.3])).takeNormal([2]);
  expect(Array.from(edges.dataSync()).every(Number.isFinite)).toBe(true);
});
