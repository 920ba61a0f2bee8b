// HuBERT's encoder (Hsu et al. 2021): convolutions, a convolution over frames that stands for positions, post-norm transformer layers.
// Parameter names are those of Hugging Face's HubertModel.
// Shapes: B batch, S samples, C channels, F frames, W width.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, LayerNorm, zeros, type Linear, type Scope } from '@gpt-talker/nn';
import { gelu } from '../hugging-face/gelu';
import { emptyLinear } from '../hugging-face/layers';
import { PostNormLayer, type PostNormNames } from '../hugging-face/post-norm-layer';
import { type HubertConfig } from './config';
import { FeatureExtractor, type ChannelStatistics } from './feature-extractor';

/** Adds to every frame what a wide convolution makes of its surroundings. */
class PositionalConvolution {
  private readonly convolution: Conv1d;

  constructor(scope: Scope, { width, positionKernel, positionGroups }: HubertConfig) {
    const half = Math.floor(positionKernel / 2);
    this.convolution = new Conv1d(scope.child('conv'), width, width, positionKernel, {
      // An even kernel would make one frame too many; the reference drops the last.
      padding: [half, positionKernel % 2 === 0 ? half - 1 : half],
      groups: positionGroups,
      weightNorm: true,
      weightNormAxis: 2,
      weightInitializer: zeros,
      biasInitializer: zeros,
    });
  }

  /** [B, F, W] → [B, F, W] */
  forward(x: tf.Tensor): tf.Tensor {
    const positions = gelu(this.convolution.forward(tf.transpose(x, [0, 2, 1]))); // (B, W, F)
    return tf.add(x, tf.transpose(positions, [0, 2, 1]));
  }
}

const LAYER_NAMES: PostNormNames = {
  query: ['attention', 'q_proj'],
  key: ['attention', 'k_proj'],
  value: ['attention', 'v_proj'],
  attended: ['attention', 'out_proj'],
  attentionNorm: ['layer_norm'],
  expand: ['feed_forward', 'intermediate_dense'],
  contract: ['feed_forward', 'output_dense'],
  outputNorm: ['final_layer_norm'],
};

export class Hubert {
  private readonly featureExtractor: FeatureExtractor;
  private readonly projectionNorm: LayerNorm | undefined;
  private readonly projection: Linear;
  private readonly positions: PositionalConvolution;
  private readonly norm: LayerNorm;
  private readonly layers: PostNormLayer[];

  /** Declares the parameters, as zeros: load a folder's weights before use. */
  constructor(
    scope: Scope,
    readonly config: HubertConfig,
  ) {
    const { convolutions, projectionNorm, width, layers, epsilon } = config;
    const channels = convolutions[convolutions.length - 1].channels;
    this.featureExtractor = new FeatureExtractor(scope.child('feature_extractor'), config);
    const projection = scope.child('feature_projection');
    if (projectionNorm) this.projectionNorm = new LayerNorm(projection.child('layer_norm'), channels, { epsilon });
    this.projection = emptyLinear(projection.child('projection'), channels, width);
    const encoder = scope.child('encoder');
    this.positions = new PositionalConvolution(encoder.child('pos_conv_embed'), config);
    this.norm = new LayerNorm(encoder.child('layer_norm'), width, { epsilon });
    this.layers = Array.from(
      { length: layers },
      (_, index) => new PostNormLayer(encoder.child('layers', index), config, LAYER_NAMES),
    );
  }

  /** samples [B, S] at 16 kHz → what `forward` needs to know of the whole recording */
  statistics(samples: tf.Tensor): ChannelStatistics {
    return this.featureExtractor.statistics(samples);
  }

  /**
   * The last hidden state [B, F, W] of samples [B, S] at 16 kHz; F = ⌊(S − 400) / 320⌋ + 1.
   * @param statistics of the recording that the samples are a part of; by default they are the whole
   */
  forward(samples: tf.Tensor, statistics: ChannelStatistics = this.statistics(samples)): tf.Tensor {
    const frames = tf.transpose(this.featureExtractor.forward(samples, statistics), [0, 2, 1]); // (B, F, C)
    let hidden = this.projection.forward(this.projectionNorm?.forward(frames) ?? frames); // (B, F, W)
    hidden = this.norm.forward(this.positions.forward(hidden));
    for (const layer of this.layers) hidden = layer.forward(hidden);
    return hidden;
  }
}
