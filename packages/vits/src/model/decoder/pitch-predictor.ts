// The pitch of speech, from what the prior knows of it: three convolutions at frame rate.
// Shapes: B batch, Z latent channels, F frames, G style channels.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, type Scope } from '@gpt-talker/nn';

export const PITCH_KERNEL = 5;
/** Convolutions that look beyond their frame. */
export const PITCH_LAYERS = 2;
/** In the middle of men's and women's; an untrained network says this. */
const MIDDLE_HERTZ = 150;
/** Octaves around the middle that can be said: 37.5 to 600 Hz. */
const REACH = 2;

export class PitchPredictor {
  private readonly input: Conv1d;
  private readonly style: Conv1d;
  private readonly hidden: Conv1d;
  private readonly output: Conv1d;

  constructor(scope: Scope, latentChannels: number, styleChannels: number, width: number) {
    this.input = new Conv1d(scope.child('conv_pre'), latentChannels, width, PITCH_KERNEL, { padding: 'same' });
    this.style = new Conv1d(scope.child('cond'), styleChannels, width, 1);
    this.hidden = new Conv1d(scope.child('conv'), width, width, PITCH_KERNEL, { padding: 'same' });
    this.output = new Conv1d(scope.child('proj'), width, 1, 1);
  }

  /** Means of the prior [B, Z, F], style [B, G, 1] → hertz [B, F] */
  forward(mean: tf.Tensor, style: tf.Tensor): tf.Tensor {
    const first = tf.relu(tf.add(this.input.forward(mean), this.style.forward(style)));
    const octaves = tf.squeeze(this.output.forward(tf.relu(this.hidden.forward(first))), [1]); // (B, F)
    const bounded = tf.mul(tf.tanh(tf.div(octaves, REACH)), REACH);
    return tf.mul(tf.exp(tf.mul(bounded, Math.LN2)), MIDDLE_HERTZ);
  }
}
