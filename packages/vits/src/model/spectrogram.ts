// Spectrograms as differentiable tensor operations: frames by shifting whole hops, a product with a windowed Fourier basis.
// The same numbers as upstream's `mel_processing` (not centred, reflected edges); see @gpt-talker/audio for plain arrays.
// Shapes: B batch, S samples, F = ⌊S / hop⌋ frames, N = fftSize, K = N / 2 + 1 bins, M mel bands.
import * as tf from '@tensorflow/tfjs-core';
import { melFilterBank } from '@gpt-talker/audio';
import { hannWindow } from './decoder/inverse-stft';
import { overlappingFrames, reflectPad, swapChannelsAndTime } from './tensors';

export interface SpectrogramConfig {
  fftSize: number;
  hopSamples: number;
  /** Length of the Hann window, centred in the frame; at most fftSize. */
  windowSamples: number;
}

export interface MelConfig extends SpectrogramConfig {
  sampleRate: number;
  mels: number;
  lowHertz?: number;
  highHertz?: number;
  /** Smallest mel magnitude before the logarithm; upstream 1e-5. */
  floor?: number;
}

/** Keeps the square root's slope finite in silence; upstream's value. */
const POWER_FLOOR = 1e-6;

export class Spectrogram {
  private readonly reach: number;
  private readonly bins: number;
  /** [R·hop, 2·K]: windowed cosines and sines; rows beyond the FFT size are zero. */
  private readonly basis: Float32Array;

  constructor(private readonly config: SpectrogramConfig) {
    const { fftSize, hopSamples, windowSamples } = config;
    this.reach = Math.ceil(fftSize / hopSamples);
    this.bins = fftSize / 2 + 1;
    const window = hannWindow(windowSamples);
    // One turn of the cosine holds every value of the basis.
    const cosine = Float32Array.from({ length: fftSize }, (_, n) => Math.cos((2 * Math.PI * n) / fftSize));
    const offset = Math.floor((fftSize - windowSamples) / 2);
    this.basis = new Float32Array(this.reach * hopSamples * 2 * this.bins);
    for (let n = 0; n < windowSamples; n++) {
      const row = (n + offset) * 2 * this.bins;
      for (let bin = 0; bin < this.bins; bin++) {
        const phase = (bin * (n + offset)) % fftSize;
        this.basis[row + bin] = window[n] * cosine[phase];
        this.basis[row + this.bins + bin] = window[n] * cosine[(phase + 0.75 * fftSize) % fftSize];
      }
    }
  }

  /** audio [B, S] → magnitudes [B, K, F], upstream's layout. */
  forward(audio: tf.Tensor): tf.Tensor {
    return swapChannelsAndTime(this.magnitudes(audio));
  }

  /** audio [B, S] → magnitudes √(re² + im² + 1e-6) [B, F, K]. */
  magnitudes(audio: tf.Tensor): tf.Tensor {
    const { hopSamples } = this.config;
    const frames = this.frames(audio); // (B, F, R·hop)
    const [batch, count, width] = frames.shape;
    const basis = tf.tensor2d(this.basis, [this.reach * hopSamples, 2 * this.bins]);
    const spectrum = tf.matMul(tf.reshape(frames, [batch * count!, width!]) as tf.Tensor2D, basis); // (B·F, 2·K)
    const power = tf.square(spectrum);
    const real = tf.slice(power, [0, 0], [batch * count!, this.bins]);
    const imaginary = tf.slice(power, [0, this.bins], [batch * count!, this.bins]);
    return tf.reshape(tf.sqrt(tf.add(tf.add(real, imaginary), POWER_FLOOR)), [batch, count!, this.bins]);
  }

  /** [B, S] → [B, F, R·hop]: hop-sized blocks beside each other. */
  private frames(audio: tf.Tensor): tf.Tensor {
    const { fftSize, hopSamples } = this.config;
    const [batch, samples] = audio.shape;
    const count = Math.floor(samples! / hopSamples);
    const edge = Math.floor((fftSize - hopSamples) / 2);
    const blocks = count + this.reach - 1;
    const padded = reflectPad(audio, edge, edge); // (B, S + N − hop)
    const length = padded.shape[1]!;
    const fitted =
      length >= blocks * hopSamples
        ? tf.slice(padded, [0, 0], [batch, blocks * hopSamples])
        : tf.pad(padded, [
            [0, 0],
            [0, blocks * hopSamples - length],
          ]);
    const rows = tf.reshape(fitted, [batch, blocks, hopSamples]);
    return overlappingFrames(rows, this.reach);
  }
}

export class LogMelSpectrogram {
  private readonly spectrogram: Spectrogram;
  private readonly filters: Float32Array;

  constructor(private readonly config: MelConfig) {
    this.spectrogram = new Spectrogram(config);
    const { sampleRate, fftSize, mels, lowHertz, highHertz } = config;
    this.filters = melFilterBank({ sampleRate, fftSize, mels, lowHertz, highHertz });
  }

  /** audio [B, S] → log-mel [B, M, F], upstream's layout. */
  forward(audio: tf.Tensor): tf.Tensor {
    return swapChannelsAndTime(this.frames(audio));
  }

  /** audio [B, S] → log-mel [B, F, M]. */
  frames(audio: tf.Tensor): tf.Tensor {
    const { mels, fftSize, floor = 1e-5 } = this.config;
    const magnitudes = this.spectrogram.magnitudes(audio); // (B, F, K)
    const [batch, count, bins] = magnitudes.shape;
    const filters = tf.tensor2d(this.filters, [mels, fftSize / 2 + 1]);
    const mel = tf.matMul(tf.reshape(magnitudes, [batch * count!, bins!]) as tf.Tensor2D, filters, false, true);
    return tf.reshape(tf.log(tf.maximum(mel, floor)), [batch, count!, mels]);
  }
}
