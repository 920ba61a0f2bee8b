// Prior encoder `enc_p`: codes' vectors + phonemes + style → mean and log standard deviation of the prior for every frame
// (upstream `models.TextEncoder`).
// Shapes: B batch, W width of a code's vector, C hidden channels, Z latent channels, F frames, L phonemes, A channels of the cross-attention.
import type * as tf from '@tensorflow/tfjs-core';
import { Conv1d, Embedding, type Noise, type Scope } from '@gpt-talker/nn';
import { crossAttentionChannelsOf, type ConVitsConfig } from './config';
import { PhonemeAttention } from './cross-attention';
import { RelativeEncoder } from './relative-encoder';
import { masked, splitChannels, swapChannelsAndTime } from './tensors';

export interface PriorInputs {
  /** Vectors of the codes at 50 Hz [B, W, F]. */
  quantized: tf.Tensor;
  /** Phoneme ids, int32 [B, L]. */
  text: tf.Tensor;
  /** As wide as the cross-attention [B, A, 1]. */
  style: tf.Tensor;
  /** [B, 1, F], 0 at padding; absent: no padding. */
  frameMask?: tf.Tensor;
  /** [B, 1, L], 0 at padding; absent: no padding. */
  textMask?: tf.Tensor;
  /** Random numbers for dropout; absent: none. */
  noise?: Noise;
}

export interface Gaussian {
  /** [B, Z, F] */
  mean: tf.Tensor;
  /** Log of the standard deviation [B, Z, F]. */
  logScale: tf.Tensor;
}

export interface Prior extends Gaussian {
  /** Which phoneme each frame looks at, by head [B, N, F, L]. */
  attention: tf.Tensor;
}

export class PriorEncoder {
  private readonly input: Conv1d;
  private readonly speechEncoder: RelativeEncoder;
  private readonly textEncoder: RelativeEncoder;
  private readonly textEmbedding: Embedding;
  private readonly crossAttention: PhonemeAttention;
  private readonly mixedEncoder: RelativeEncoder;
  private readonly output: Conv1d;

  constructor(scope: Scope, config: ConVitsConfig) {
    const { hiddenChannels, speechLayers, textLayers, attentionWindow } = config;
    const encoder = { ...config, channels: hiddenChannels };
    this.input = new Conv1d(scope.child('ssl_proj'), config.quantizer.width, hiddenChannels, 1);
    this.speechEncoder = new RelativeEncoder(scope.child('encoder_ssl'), {
      ...encoder,
      layers: speechLayers,
      attentionWindow,
    });
    // All phonemes are there before the first frame is made, so they need no window.
    this.textEncoder = new RelativeEncoder(scope.child('encoder_text'), {
      ...encoder,
      layers: textLayers,
      attentionWindow: null,
    });
    this.textEmbedding = new Embedding(scope.child('text_embedding'), config.symbols, hiddenChannels);
    this.crossAttention = new PhonemeAttention(scope.child('mrte'), {
      contentChannels: hiddenChannels,
      styleChannels: crossAttentionChannelsOf(config),
      outputChannels: hiddenChannels,
      heads: config.crossAttentionHeads,
    });
    this.mixedEncoder = new RelativeEncoder(scope.child('encoder2'), {
      ...encoder,
      layers: speechLayers,
      attentionWindow,
    });
    this.output = new Conv1d(scope.child('proj'), hiddenChannels, 2 * config.interChannels, 1);
  }

  forward({ quantized, text, style, frameMask, textMask, noise }: PriorInputs): Prior {
    const projected = masked(this.input.forward(masked(quantized, frameMask)), frameMask); // (B, C, F)
    const speech = this.speechEncoder.forward(projected, frameMask, noise);
    const embedded = swapChannelsAndTime(this.textEmbedding.forward(text)); // (B, C, L)
    const phonemes = this.textEncoder.forward(embedded, textMask, noise);
    const { output, attention } = this.crossAttention.forward(speech, phonemes, style, frameMask, textMask);
    const hidden = this.mixedEncoder.forward(output, frameMask, noise);
    const [mean, logScale] = splitChannels(masked(this.output.forward(hidden), frameMask)); // (B, Z, F)
    return { mean, logScale, attention };
  }
}
