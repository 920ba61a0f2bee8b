import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Random } from '@gpt-talker/nn';
import { randomTensor } from '../../../test/tiny';
import { hannWindow, InverseStft } from './inverse-stft';

tf.enableProdMode();

/** Windowed Fourier transforms of frames that lie as `InverseStft` lays them, by the definition. */
function transform(samples: Float32Array, fftSize: number, hop: number): { real: tf.Tensor; imaginary: tf.Tensor } {
  const [frames, bins] = [samples.length / hop, fftSize / 2 + 1];
  const window = hannWindow(fftSize);
  const [real, imaginary] = [new Float32Array(frames * bins), new Float32Array(frames * bins)];
  for (let frame = 0; frame < frames; frame++) {
    for (let bin = 0; bin < bins; bin++) {
      for (let n = 0; n < fftSize; n++) {
        const sample = (samples[frame * hop + n - (fftSize - hop) / 2] ?? 0) * window[n];
        real[frame * bins + bin] += sample * Math.cos((2 * Math.PI * bin * n) / fftSize);
        imaginary[frame * bins + bin] -= sample * Math.sin((2 * Math.PI * bin * n) / fftSize);
      }
    }
  }
  return { real: tf.tensor(real, [1, frames, bins]), imaginary: tf.tensor(imaginary, [1, frames, bins]) };
}

test.each([
  [32, 8],
  [32, 10],
  [64, 12],
])('gives back the samples that were transformed (FFT %d, hop %d)', (fftSize, hopSamples) => {
  const samples = randomTensor([9 * hopSamples], new Random(1)).dataSync() as Float32Array;
  const { real, imaginary } = transform(samples, fftSize, hopSamples);
  const restored = new InverseStft({ fftSize, hopSamples }).forward(real, imaginary);
  expect(restored.shape).toEqual([1, samples.length]);
  restored.dataSync().forEach((value, index) => expect(value).toBeCloseTo(samples[index], 4));
});
