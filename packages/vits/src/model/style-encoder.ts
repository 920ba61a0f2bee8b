// Reference encoder: a spectrogram of some speech → one style vector that carries timbre and manner
// (Meta-StyleSpeech's mel-style encoder; upstream `modules.MelStyleEncoder`, fed with a linear spectrogram).
// Shapes: B batch, S spectrogram bins, T frames, H hidden channels, N heads, D = H / N, G style channels.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, dropout, Linear, type Noise, type Scope } from '@gpt-talker/nn';
import { masked, splitChannels, swapChannelsAndTime } from './tensors';

export interface StyleEncoderConfig {
  bins: number;
  hiddenChannels: number;
  kernel: number;
  heads: number;
  styleChannels: number;
  dropout: number;
}

const HIDDEN = -1e9;

/** x · tanh(softplus(x)) */
function mish(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.tanh(tf.softplus(x)));
}

/** Gated convolution with a residual. */
class GatedConvolution {
  private readonly convolution: Conv1d;

  constructor(
    scope: Scope,
    channels: number,
    kernel: number,
    private readonly rate: number,
  ) {
    this.convolution = new Conv1d(scope.child('conv1.conv'), channels, 2 * channels, kernel, { padding: 'same' });
  }

  forward(x: tf.Tensor, noise?: Noise): tf.Tensor {
    const [content, gate] = splitChannels(this.convolution.forward(x));
    return tf.add(x, dropout(tf.mul(content, tf.sigmoid(gate)), this.rate, noise));
  }
}

/** Self-attention over the frames, with a residual. Scores are divided by √H, not √D: so the checkpoints were trained. */
class FrameAttention {
  private readonly query: Linear;
  private readonly key: Linear;
  private readonly value: Linear;
  private readonly output: Linear;

  constructor(
    scope: Scope,
    private readonly width: number,
    private readonly heads: number,
    private readonly rate: number,
  ) {
    this.query = new Linear(scope.child('w_qs'), width, width);
    this.key = new Linear(scope.child('w_ks'), width, width);
    this.value = new Linear(scope.child('w_vs'), width, width);
    this.output = new Linear(scope.child('fc'), width, width);
  }

  /** x [B, T, H], mask [B, 1, T] */
  forward(x: tf.Tensor, mask?: tf.Tensor, noise?: Noise): tf.Tensor {
    const [batch, time, width] = x.shape;
    const split = (y: tf.Tensor) =>
      tf.transpose(tf.reshape(y, [batch, time, this.heads, width / this.heads]), [0, 2, 1, 3]); // (B, N, T, D)
    let scores = tf.mul(
      tf.matMul(split(this.query.forward(x)), split(this.key.forward(x)), false, true),
      this.width ** -0.5,
    );
    if (mask) scores = tf.add(scores, tf.mul(tf.sub(1, tf.expandDims(mask, 1)), HIDDEN));
    const weights = dropout(tf.softmax(scores), this.rate, noise);
    const attended = tf.transpose(tf.matMul(weights, split(this.value.forward(x))), [0, 2, 1, 3]); // (B, T, N, D)
    const output = this.output.forward(tf.reshape(attended, [batch, time, width]));
    return tf.add(dropout(output, this.rate, noise), x);
  }
}

export class StyleEncoder {
  private readonly spectral: [Linear, Linear];
  private readonly temporal: [GatedConvolution, GatedConvolution];
  private readonly attention: FrameAttention;
  private readonly output: Linear;

  constructor(
    scope: Scope,
    private readonly config: StyleEncoderConfig,
  ) {
    const { bins, hiddenChannels, kernel, heads, styleChannels, dropout: rate } = config;
    // The numbers are places in upstream's sequences, which hold activations and dropout too.
    this.spectral = [
      new Linear(scope.child('spectral.0.fc'), bins, hiddenChannels),
      new Linear(scope.child('spectral.3.fc'), hiddenChannels, hiddenChannels),
    ];
    this.temporal = [
      new GatedConvolution(scope.child('temporal.0'), hiddenChannels, kernel, rate),
      new GatedConvolution(scope.child('temporal.1'), hiddenChannels, kernel, rate),
    ];
    this.attention = new FrameAttention(scope.child('slf_attn'), hiddenChannels, heads, rate);
    this.output = new Linear(scope.child('fc.fc'), hiddenChannels, styleChannels);
  }

  /** Linear magnitude spectrogram [B, S, T], mask [B, 1, T] → style [B, G, 1]: the mean over the frames that are not padding. */
  forward(spectrogram: tf.Tensor, mask?: tf.Tensor, noise?: Noise): tf.Tensor {
    const rate = this.config.dropout;
    let x = swapChannelsAndTime(masked(spectrogram, mask)); // (B, T, S)
    for (const layer of this.spectral) x = dropout(mish(layer.forward(x)), rate, noise); // (B, T, H)
    x = swapChannelsAndTime(x); // (B, H, T)
    for (const layer of this.temporal) x = layer.forward(x, noise);
    x = swapChannelsAndTime(masked(x, mask)); // (B, T, H)
    const styles = swapChannelsAndTime(this.output.forward(this.attention.forward(x, mask, noise))); // (B, G, T)
    if (!mask) return tf.mean(styles, 2, true); // (B, G, 1)
    return tf.div(tf.sum(tf.mul(styles, mask), 2, true), tf.sum(mask, 2, true));
  }
}
