// The normalizing flow between latent and prior: mean-only affine coupling layers with channel flips between them
// (VITS, section 2.1.2; upstream `ResidualCouplingBlock`). Volume-preserving, so no log-determinant is needed.
// Shapes: B batch, C latent channels, T frames, G style channels.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, zeros, type Scope } from '@gpt-talker/nn';
import { masked, splitChannels } from './tensors';
import { WaveNet } from './wavenet';

export interface FlowConfig {
  channels: number;
  hiddenChannels: number;
  kernel: number;
  /** WaveNet layers in each coupling layer. */
  layers: number;
  couplings: number;
  styleChannels: number;
}

/** Shifts one half of the channels by an amount that it computes from the other half. */
class ResidualCoupling {
  private readonly input: Conv1d;
  private readonly body: WaveNet;
  private readonly output: Conv1d;

  constructor(scope: Scope, { channels, hiddenChannels, kernel, layers, styleChannels }: FlowConfig) {
    this.input = new Conv1d(scope.child('pre'), channels / 2, hiddenChannels, 1);
    this.body = new WaveNet(scope.child('enc'), { channels: hiddenChannels, kernel, layers, styleChannels });
    // Zero at first: a new flow is the identity.
    this.output = new Conv1d(scope.child('post'), hiddenChannels, channels / 2, 1, {
      weightInitializer: zeros,
      biasInitializer: zeros,
    });
  }

  apply(x: tf.Tensor, mask: tf.Tensor | undefined, style: tf.Tensor, reverse: boolean): tf.Tensor {
    const [kept, changed] = splitChannels(x);
    const hidden = this.body.forward(masked(this.input.forward(kept), mask), mask, style);
    const mean = masked(this.output.forward(hidden), mask);
    const moved = reverse ? masked(tf.sub(changed, mean), mask) : tf.add(mean, masked(changed, mask));
    return tf.concat([kept, moved], 1);
  }
}

export class CouplingFlow {
  private readonly couplings: ResidualCoupling[];

  constructor(scope: Scope, config: FlowConfig) {
    // Upstream keeps the flips in the same list, so couplings have the even numbers.
    this.couplings = Array.from(
      { length: config.couplings },
      (_, index) => new ResidualCoupling(scope.child('flows', 2 * index), config),
    );
  }

  /** Latent z [B, C, T] → z_p [B, C, T], where the prior is a Gaussian. mask [B, 1, T], style [B, G, 1]. */
  forward(z: tf.Tensor, mask: tf.Tensor | undefined, style: tf.Tensor): tf.Tensor {
    return this.couplings.reduce((x, coupling) => tf.reverse(coupling.apply(x, mask, style, false), 1), z);
  }

  /** z_p [B, C, T] → latent z [B, C, T]; the inverse of `forward`. */
  reverse(zp: tf.Tensor, mask: tf.Tensor | undefined, style: tf.Tensor): tf.Tensor {
    return this.couplings.reduceRight((x, coupling) => coupling.apply(tf.reverse(x, 1), mask, style, true), zp);
  }
}
