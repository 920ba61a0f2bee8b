// Short-time Fourier transform as tensor operations, the counterpart of inverse-stft.ts: F·hop samples give F frames, frame f is
// centred on (f + ½)·hop, silence surrounds the samples.
// Shapes: B batch, F frames, K = fftSize / 2 + 1 bins, R = ⌈fftSize / hop⌉ hops that a frame reaches over.
import * as tf from '@tensorflow/tfjs-core';
import { overlappingFrames } from '../tensors';
import { fourierBasis, type StftConfig } from './fourier-basis';

/** Each [B, F, K]. */
export interface Spectrum {
  real: tf.Tensor;
  imaginary: tf.Tensor;
}

export class ForwardStft {
  private readonly reach: number;

  constructor(private readonly config: StftConfig) {
    this.reach = Math.ceil(config.fftSize / config.hopSamples);
  }

  /** Samples [B, F·hop] → spectrum. */
  forward(samples: tf.Tensor): Spectrum {
    const { hopSamples, fftSize } = this.config;
    const [batch, length] = samples.shape;
    const frames = length! / hopSamples;
    const bins = fftSize / 2 + 1;
    const before = (fftSize - hopSamples) / 2;
    const after = (this.reach - 1) * hopSamples - before;
    const padded = tf.pad(samples, [
      [0, 0],
      [before, after],
    ]);
    const rows = tf.reshape(padded, [batch, frames + this.reach - 1, hopSamples]);
    const framed = tf.reshape(overlappingFrames(rows, this.reach), [
      batch * frames,
      this.reach * hopSamples,
    ]) as tf.Tensor2D;
    const { cosine, sine } = fourierBasis(this.config); // (K, R·hop)
    const product = (basis: tf.Tensor2D) => tf.reshape(tf.matMul(framed, basis, false, true), [batch, frames, bins]);
    return { real: product(cosine), imaginary: tf.neg(product(sine)) };
  }
}
