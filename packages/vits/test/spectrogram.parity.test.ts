// Spectrogram, log-mel and the gradient of the mel loss against the reference, eagerly and traced.
import * as tf from '@tensorflow/tfjs-core';
import { l1Loss } from '../src/model/losses';
import { LogMelSpectrogram, Spectrogram } from '../src/model/spectrogram';
import { expectClose, parityArrays, slowTestWith, tensorOf, testWith, type Arrays } from './parity';
import { runTraced } from './traced';

const FILE = 'spectrogram-32k.safetensors';
const SIZES = { sampleRate: 32000, fftSize: 2048, hopSamples: 640, windowSamples: 2048, mels: 128 };
const mel = new LogMelSpectrogram(SIZES);
const spectrogram = new Spectrogram(SIZES);

function run({ wav, wav_b: other }: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const wanted = mel.frames(wav);
  const { value, grad } = tf.valueAndGrad((x) => tf.mul(l1Loss(wanted, mel.frames(x)), 45) as tf.Scalar)(other);
  return { spectrogram: spectrogram.forward(wav), logMel: mel.forward(wav), loss: value, gradient: grad };
}

function sounds(arrays: Arrays): Record<string, tf.Tensor> {
  return { wav: tensorOf(arrays.get('wav')), wav_b: tensorOf(arrays.get('wav_b')) };
}

function check(arrays: Arrays, outputs: Record<string, Parameters<typeof expectClose>[0]>): void {
  expectClose(outputs.spectrogram, arrays.get('spectrogram'), 1e-3, 'spectrogram');
  expectClose(outputs.logMel, arrays.get('log_mel'), 1e-3, 'log-mel');
  expectClose(outputs.loss, arrays.get('mel_loss_times_45'), 1e-3, 'loss');
  expectClose(outputs.gradient, arrays.get('grad.wav_b'), 1e-3, 'gradient');
}

slowTestWith(FILE, 'eagerly', () => {
  const arrays = parityArrays(FILE);
  check(arrays, run(sounds(arrays)));
});

testWith(FILE, 'traced', async () => {
  const arrays = parityArrays(FILE);
  check(arrays, await runTraced(run, sounds(arrays)));
});
