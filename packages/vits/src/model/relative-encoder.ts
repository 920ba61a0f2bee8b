// Transformer encoder with relative positions, post-norm, and convolutional feed-forward layers: three of them make up the
// prior encoder (VITS, section 2.4; upstream `attentions.Encoder`).
// Shapes: B batch, C channels, T time.
import * as tf from '@tensorflow/tfjs-core';
import { ChannelLayerNorm, Conv1d, dropout, type Noise, type Scope } from '@gpt-talker/nn';
import { attentionGeometry, RelativeAttention } from './relative-attention';
import { masked } from './tensors';

export interface RelativeEncoderConfig {
  channels: number;
  filterChannels: number;
  heads: number;
  layers: number;
  /** Kernel of the feed-forward convolutions. */
  kernel: number;
  relativeWindow: number;
  /** Steps farther apart than this do not see one another; null: no limit. */
  attentionWindow: number | null;
  dropout: number;
}

class ConvolutionalFeedForward {
  private readonly expand: Conv1d;
  private readonly contract: Conv1d;

  constructor(
    scope: Scope,
    private readonly config: RelativeEncoderConfig,
  ) {
    const { channels, filterChannels, kernel } = config;
    const padding: [number, number] = [Math.floor((kernel - 1) / 2), Math.floor(kernel / 2)];
    this.expand = new Conv1d(scope.child('conv_1'), channels, filterChannels, kernel, { padding });
    this.contract = new Conv1d(scope.child('conv_2'), filterChannels, channels, kernel, { padding });
  }

  forward(x: tf.Tensor, mask: tf.Tensor | undefined, noise?: Noise): tf.Tensor {
    const expanded = dropout(tf.relu(this.expand.forward(masked(x, mask))), this.config.dropout, noise);
    return masked(this.contract.forward(masked(expanded, mask)), mask);
  }
}

export class RelativeEncoder {
  private readonly layers: {
    attention: RelativeAttention;
    norm1: ChannelLayerNorm;
    feedForward: ConvolutionalFeedForward;
    norm2: ChannelLayerNorm;
  }[];

  constructor(
    scope: Scope,
    private readonly config: RelativeEncoderConfig,
  ) {
    const { channels } = config;
    this.layers = Array.from({ length: config.layers }, (_, layer) => ({
      attention: new RelativeAttention(scope.child('attn_layers', layer), config),
      norm1: new ChannelLayerNorm(scope.child('norm_layers_1', layer), channels),
      feedForward: new ConvolutionalFeedForward(scope.child('ffn_layers', layer), config),
      norm2: new ChannelLayerNorm(scope.child('norm_layers_2', layer), channels),
    }));
  }

  /** x [B, C, T], mask [B, 1, T] → [B, C, T], zero at padding. */
  forward(x: tf.Tensor, mask?: tf.Tensor, noise?: Noise): tf.Tensor {
    const rate = this.config.dropout;
    const geometry = attentionGeometry(x.shape[2]!, { ...this.config, mask });
    let hidden = masked(x, mask);
    for (const { attention, norm1, feedForward, norm2 } of this.layers) {
      hidden = norm1.forward(tf.add(hidden, dropout(attention.forward(hidden, geometry, noise), rate, noise)));
      hidden = norm2.forward(tf.add(hidden, dropout(feedForward.forward(hidden, mask, noise), rate, noise)));
    }
    return masked(hidden, mask);
  }
}
