// The front of HuBERT: seven convolutions from samples to frames, as in wav2vec 2.0 (Baevski et al. 2020). The first one's output is
// normalised over the whole recording, channel by channel; these statistics can be given, so that a piece of a recording is
// computed as it would be within the whole.
// Shapes: B batch, S samples, C channels, F frames.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, ones, zeros, type Parameter, type Scope } from '@gpt-talker/nn';
import { gelu } from '../hugging-face/gelu';
import { type HubertConfig } from './config';

/** Mean and variance over time of what the first convolution makes of a recording. */
export interface ChannelStatistics {
  /** [B, C] */
  mean: tf.Tensor;
  /** [B, C] */
  variance: tf.Tensor;
}

const GROUP_NORM_EPSILON = 1e-5;

export class FeatureExtractor {
  private readonly convolutions: Conv1d[];
  private readonly scale: Parameter;
  private readonly shift: Parameter;

  constructor(scope: Scope, { convolutions, convolutionBias }: HubertConfig) {
    const layers = scope.child('conv_layers');
    this.convolutions = convolutions.map(
      ({ channels, kernel, stride }, index) =>
        new Conv1d(layers.child(index, 'conv'), index === 0 ? 1 : convolutions[index - 1].channels, channels, kernel, {
          stride,
          bias: convolutionBias,
          weightInitializer: zeros,
          biasInitializer: zeros,
        }),
    );
    const norm = layers.child(0, 'layer_norm');
    this.scale = norm.declare('weight', [convolutions[0].channels], ones);
    this.shift = norm.declare('bias', [convolutions[0].channels], zeros);
  }

  /** samples [B, S] → statistics of the first convolution */
  statistics(samples: tf.Tensor): ChannelStatistics {
    const first = this.firstConvolution(samples);
    const mean = tf.mean(first, 2, true);
    return { mean: tf.squeeze(mean, [2]), variance: tf.mean(tf.squaredDifference(first, mean), 2) };
  }

  /** samples [B, S] → frames [B, C, F] */
  forward(samples: tf.Tensor, { mean, variance }: ChannelStatistics): tf.Tensor {
    const factor = tf.mul(tf.rsqrt(tf.add(variance, GROUP_NORM_EPSILON)), this.scale.value); // (B, C)
    const offset = tf.sub(this.shift.value, tf.mul(mean, factor)); // (B, C)
    const first = this.firstConvolution(samples);
    let hidden = gelu(tf.add(tf.mul(first, tf.expandDims(factor, 2)), tf.expandDims(offset, 2)));
    for (const convolution of this.convolutions.slice(1)) hidden = gelu(convolution.forward(hidden));
    return hidden;
  }

  /** [B, S] → [B, C, S′] */
  private firstConvolution(samples: tf.Tensor): tf.Tensor {
    return this.convolutions[0].forward(tf.expandDims(samples, 1));
  }
}
