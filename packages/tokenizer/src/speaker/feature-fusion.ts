// Attentional feature fusion (Dai et al. 2021), as ERes2Net uses it: two maps are mixed by weights that a small bottleneck reads off
// both, between 0 and 2 for the one and the rest of 2 for the other.
// Shapes: B batch, C channels, H bands, T frames.
import * as tf from '@tensorflow/tfjs-core';
import { type Conv2d, type Scope } from '@gpt-talker/nn';
import { emptyConvolution } from './convolution';

const REDUCTION = 4;

export class FeatureFusion {
  private readonly squeeze: Conv2d;
  private readonly expand: Conv2d;

  constructor(scope: Scope, channels: number) {
    const path = scope.child('local_att');
    const inner = Math.floor(channels / REDUCTION);
    // The places between are upstream's batch norms, which are folded in, and activations.
    this.squeeze = emptyConvolution(path.child(0), 2 * channels, inner, { kernel: 1 });
    this.expand = emptyConvolution(path.child(3), inner, channels, { kernel: 1 });
  }

  /** x, y [B, C, H, T] → [B, C, H, T] */
  forward(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
    const hidden = this.squeeze.forward(tf.concat([x, y], 1));
    const swished = tf.mul(hidden, tf.sigmoid(hidden));
    const lean = tf.tanh(this.expand.forward(swished)); // (B, C, H, T)
    return tf.add(tf.mul(x, tf.add(1, lean)), tf.mul(y, tf.sub(1, lean)));
  }
}
