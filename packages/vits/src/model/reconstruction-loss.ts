// Reconstruction loss over several resolutions: mean |log-mel difference|, so that neither fine timing nor fine pitch is
// neglected (Yamamoto et al. 2020; as in DAC and Vocos). What the embedded voice is trained with.
import * as tf from '@tensorflow/tfjs-core';
import { l1Loss } from './losses';
import { LogMelSpectrogram } from './spectrogram';

export interface MultiResolutionConfig {
  sampleRate: number;
  /** FFT sizes; the hop is a quarter of each. */
  fftSizes: readonly number[];
  /** Mel bands of each resolution. */
  mels: readonly number[];
  /** Smallest mel magnitude before the logarithm; 1e-4. */
  floor?: number;
}

export class MultiResolutionLoss {
  private readonly resolutions: LogMelSpectrogram[];

  constructor({ sampleRate, fftSizes, mels, floor = 1e-4 }: MultiResolutionConfig) {
    this.resolutions = fftSizes.map(
      (fftSize, index) =>
        new LogMelSpectrogram({
          sampleRate,
          fftSize,
          windowSamples: fftSize,
          hopSamples: fftSize / 4,
          mels: mels[index],
          floor,
        }),
    );
  }

  /** made and wanted audio [B, S] → scalar, the mean over the resolutions. */
  forward(made: tf.Tensor, wanted: tf.Tensor): tf.Tensor {
    const terms = this.resolutions.map((resolution) => l1Loss(resolution.frames(made), resolution.frames(wanted)));
    return tf.div(
      terms.reduce((sum, term) => tf.add(sum, term)),
      terms.length,
    );
  }
}
