// What v2Pro adds to the style: an embedding of the speaker (of ERes2NetV2), and a narrower style for the cross-attention
// (upstream `models.SynthesizerTrn`: `sv_emb`, `prelu`, `ge_to512`).
// Shapes: B batch, E numbers of the embedding, G style channels, A channels of the cross-attention.
import * as tf from '@tensorflow/tfjs-core';
import { constant, Linear, type Parameter, type Scope } from '@gpt-talker/nn';
import { swapChannelsAndTime } from './tensors';

/** PyTorch's first slope of a PReLU. */
const FIRST_SLOPE = 0.25;

export interface SpeakerStyleConfig {
  speakerWidth: number;
  styleChannels: number;
  crossAttentionChannels: number;
}

export class SpeakerStyle {
  private readonly speakerInput: Linear;
  private readonly slope: Parameter;
  private readonly narrow: Linear;

  constructor(scope: Scope, { speakerWidth, styleChannels, crossAttentionChannels }: SpeakerStyleConfig) {
    this.speakerInput = new Linear(scope.child('sv_emb'), speakerWidth, styleChannels);
    this.slope = scope.child('prelu').declare('weight', [styleChannels], constant(FIRST_SLOPE));
    this.narrow = new Linear(scope.child('ge_to512'), styleChannels, crossAttentionChannels);
  }

  /** Style of the spectrogram [B, G, 1] and embedding [B, E] → style [B, G, 1]. */
  forward(style: tf.Tensor, speaker: tf.Tensor): tf.Tensor {
    const sum = tf.add(style, tf.expandDims(this.speakerInput.forward(speaker), 2)); // (B, G, 1)
    const slope = tf.reshape(this.slope.value, [1, -1, 1]);
    return tf.sub(tf.relu(sum), tf.mul(slope, tf.relu(tf.neg(sum))));
  }

  /** Style [B, G, 1] → what the cross-attention adds [B, A, 1]. */
  forText(style: tf.Tensor): tf.Tensor {
    return swapChannelsAndTime(this.narrow.forward(swapChannelsAndTime(style)));
  }
}
