// Spectrogram, log-mel and the gradient of the mel loss against the reference.
import * as tf from '@tensorflow/tfjs-core';
import { absoluteDifference } from '../src/model/losses';
import { LogMelSpectrogram, Spectrogram } from '../src/model/spectrogram';
import { expectClose, parityArrays, tensorOf, testWith } from './parity';

const FILE = 'spectrogram-32k.safetensors';
const SIZES = { sampleRate: 32000, fftSize: 2048, hopSamples: 640, windowSamples: 2048, mels: 128 };

describe('spectrogram', () => {
  testWith(FILE, 'magnitudes and log-mel', () => {
    const arrays = parityArrays(FILE);
    const wav = tensorOf(arrays.get('wav'));
    expectClose(new Spectrogram(SIZES).forward(wav), arrays.get('spectrogram'), 1e-3, 'spectrogram');
    expectClose(new LogMelSpectrogram(SIZES).forward(wav), arrays.get('log_mel'), 1e-3, 'log-mel');
  });

  testWith(FILE, 'mel loss and its gradient', () => {
    const arrays = parityArrays(FILE);
    const mel = new LogMelSpectrogram(SIZES);
    const wanted = mel.frames(tensorOf(arrays.get('wav')));
    const { value, grad } = tf.valueAndGrad((wav) => tf.mul(absoluteDifference(wanted, mel.frames(wav)), 45) as tf.Scalar)(tensorOf(arrays.get('wav_b')));
    expectClose(value, arrays.get('mel_loss_times_45'), 1e-3, 'loss');
    expectClose(grad, arrays.get('grad.wav_b'), 1e-3, 'gradient');
  });
});
