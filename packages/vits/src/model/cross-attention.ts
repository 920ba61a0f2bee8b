// MRTE: every frame looks at all phonemes and adds the style vector (GPT-SoVITS v1; upstream `mrte_model.MRTE`, its
// attention is `attentions.MultiHeadAttention` without relative positions).
// Shapes: B batch, C content channels, G style channels (also the width of the attention), F frames, L phonemes, N heads.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, xavierUniform, type Scope } from '@gpt-talker/nn';
import { masked } from './tensors';

export interface PhonemeAttentionConfig {
  contentChannels: number;
  styleChannels: number;
  outputChannels: number;
  heads: number;
}

const HIDDEN = -1e4;

export interface AttendedPhonemes {
  /** [B, output, F] */
  output: tf.Tensor;
  /** How much of each frame's attention each phoneme has [B, N, F, L]. */
  attention: tf.Tensor;
}

export class PhonemeAttention {
  private readonly frameInput: Conv1d;
  private readonly phonemeInput: Conv1d;
  private readonly query: Conv1d;
  private readonly key: Conv1d;
  private readonly value: Conv1d;
  private readonly attentionOutput: Conv1d;
  private readonly output: Conv1d;

  constructor(
    scope: Scope,
    private readonly config: PhonemeAttentionConfig,
  ) {
    const { contentChannels, styleChannels, outputChannels } = config;
    const attention = scope.child('cross_attention');
    const projection = { weightInitializer: xavierUniform() };
    this.query = new Conv1d(attention.child('conv_q'), styleChannels, styleChannels, 1, projection);
    this.key = new Conv1d(attention.child('conv_k'), styleChannels, styleChannels, 1, projection);
    this.value = new Conv1d(attention.child('conv_v'), styleChannels, styleChannels, 1, projection);
    this.attentionOutput = new Conv1d(attention.child('conv_o'), styleChannels, styleChannels, 1);
    this.frameInput = new Conv1d(scope.child('c_pre'), contentChannels, styleChannels, 1);
    this.phonemeInput = new Conv1d(scope.child('text_pre'), contentChannels, styleChannels, 1);
    this.output = new Conv1d(scope.child('c_post'), styleChannels, outputChannels, 1);
  }

  /** frames [B, C, F], phonemes [B, C, L], masks [B, 1, F] and [B, 1, L], style [B, G, 1] */
  forward(
    frames: tf.Tensor,
    phonemes: tf.Tensor,
    style: tf.Tensor,
    frameMask?: tf.Tensor,
    textMask?: tf.Tensor,
  ): AttendedPhonemes {
    const content = this.frameInput.forward(masked(frames, frameMask)); // (B, G, F)
    const text = this.phonemeInput.forward(masked(phonemes, textMask)); // (B, G, L)
    const { attended, attention } = this.attend(masked(content, frameMask), masked(text, textMask), textMask);
    const output = this.output.forward(masked(tf.add(tf.add(attended, content), style), frameMask));
    return { output, attention };
  }

  private attend(content: tf.Tensor, text: tf.Tensor, textMask?: tf.Tensor) {
    const [batch, channels, frames] = content.shape;
    const { heads } = this.config;
    const width = channels / heads;
    const split = (y: tf.Tensor) => tf.reshape(y, [batch, heads, width, y.shape[2]!]); // (B, N, D, time)
    const query = tf.mul(split(this.query.forward(content)), width ** -0.5);
    let scores = tf.matMul(query, split(this.key.forward(text)), true, false); // (B, N, F, L)
    if (textMask) scores = tf.add(scores, tf.mul(tf.sub(1, tf.expandDims(textMask, 1)), HIDDEN));
    const attention = tf.softmax(scores);
    const values = tf.matMul(split(this.value.forward(text)), attention, false, true); // (B, N, D, F)
    return { attended: this.attentionOutput.forward(tf.reshape(values, [batch, channels, frames])), attention };
  }
}
