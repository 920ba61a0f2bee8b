// The pitch of speech, from what the prior knows of it: three convolutions at frame rate, and an average over neighbours, for a token
// that plain and excited speech share leaves the pitch open, and what is open from frame to frame jumps.
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

  /** @param reach frames on either side that a frame's pitch is the average of, in octaves, weighted by Hann's window; 0 for none */
  constructor(
    scope: Scope,
    latentChannels: number,
    styleChannels: number,
    width: number,
    private readonly reach = 0,
  ) {
    this.input = new Conv1d(scope.child('conv_pre'), latentChannels, width, PITCH_KERNEL, { padding: 'same' });
    this.style = new Conv1d(scope.child('cond'), styleChannels, width, 1);
    this.hidden = new Conv1d(scope.child('conv'), width, width, PITCH_KERNEL, { padding: 'same' });
    this.output = new Conv1d(scope.child('proj'), width, 1, 1);
  }

  /** Means of the prior [B, Z, F], style [B, G, 1] → hertz [B, F] */
  forward(mean: tf.Tensor, style: tf.Tensor): tf.Tensor {
    const first = tf.relu(tf.add(this.input.forward(mean), this.style.forward(style)));
    const octaves = averaged(tf.squeeze(this.output.forward(tf.relu(this.hidden.forward(first))), [1]), this.reach); // (B, F)
    const bounded = tf.mul(tf.tanh(tf.div(octaves, REACH)), REACH);
    return tf.mul(tf.exp(tf.mul(bounded, Math.LN2)), MIDDLE_HERTZ);
  }
}

/** Of every frame [B, F] the mean of its neighbours, as many as there are at the edges. */
function averaged(values: tf.Tensor, reach: number): tf.Tensor {
  if (reach === 0) return values;
  const width = 2 * reach + 1;
  const weights = Array.from({ length: width }, (_, i) => Math.sin((Math.PI * (i + 1)) / (width + 1)) ** 2);
  const kernel = tf.tensor3d(weights, [width, 1, 1]);
  const sumOf = (x: tf.Tensor) => tf.conv1d(tf.expandDims(x, 2) as tf.Tensor3D, kernel, 1, 'same');
  return tf.squeeze(tf.div(sumOf(values), sumOf(tf.onesLike(values))), [2]);
}
