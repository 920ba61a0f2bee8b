// Posterior encoder `enc_q`: the target's own spectrogram → mean and log standard deviation of its latent; used in training
// only (VITS, section 2.3; upstream `models.PosteriorEncoder`).
// Shapes: B batch, S spectrogram bins, Z latent channels, F frames, G style channels.
import type * as tf from '@tensorflow/tfjs-core';
import { Conv1d, type Scope } from '@gpt-talker/nn';
import { type Gaussian } from './prior-encoder';
import { masked, splitChannels } from './tensors';
import { WaveNet } from './wavenet';

export interface PosteriorEncoderConfig {
  bins: number;
  outputChannels: number;
  hiddenChannels: number;
  kernel: number;
  layers: number;
  styleChannels: number;
}

export class PosteriorEncoder {
  private readonly input: Conv1d;
  private readonly body: WaveNet;
  private readonly output: Conv1d;

  constructor(
    scope: Scope,
    { bins, outputChannels, hiddenChannels, kernel, layers, styleChannels }: PosteriorEncoderConfig,
  ) {
    this.input = new Conv1d(scope.child('pre'), bins, hiddenChannels, 1);
    this.body = new WaveNet(scope.child('enc'), { channels: hiddenChannels, kernel, layers, styleChannels });
    this.output = new Conv1d(scope.child('proj'), hiddenChannels, 2 * outputChannels, 1);
  }

  /** spectrogram [B, S, F], mask [B, 1, F], style [B, G, 1]; hand in a detached style, as the training path does. */
  forward(spectrogram: tf.Tensor, mask: tf.Tensor | undefined, style: tf.Tensor): Gaussian {
    const hidden = this.body.forward(masked(this.input.forward(spectrogram), mask), mask, style);
    const [mean, logScale] = splitChannels(masked(this.output.forward(hidden), mask));
    return { mean, logScale };
  }
}
