// Inverse short-time Fourier transform as tensor operations: a product with a fixed basis, overlap-add, division by the
// window's envelope ("same" padding as in Vocos: F frames give exactly F·hop samples, frame f is centred on (f + ½)·hop).
// Shapes: B batch, F frames, K = fftSize / 2 + 1 bins, R = ⌈fftSize / hop⌉ hops that a frame reaches over.
import * as tf from '@tensorflow/tfjs-core';
import { binWeights, fourierBasis, frameWindow, type StftConfig } from './fourier-basis';

/** Periodic Hann window. */
export function hannWindow(samples: number): Float32Array {
  return Float32Array.from({ length: samples }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / samples));
}

export class InverseStft {
  private readonly bins: number;
  private readonly reach: number;

  constructor(private readonly config: StftConfig) {
    const { fftSize, hopSamples } = config;
    this.bins = fftSize / 2 + 1;
    this.reach = Math.ceil(fftSize / hopSamples);
  }

  /** Real and imaginary parts [B, F, K] → samples [B, F·hop]. */
  forward(real: tf.Tensor, imaginary: tf.Tensor): tf.Tensor {
    const { hopSamples, fftSize } = this.config;
    const [batch, frames] = real.shape;
    const spectrum = tf.reshape(tf.concat([real, imaginary], 2), [batch * frames, 2 * this.bins]);
    const window = frameWindow(this.config); // (1, R·hop)
    const windowed = tf.reshape(tf.matMul(spectrum as tf.Tensor2D, this.basis()), [
      batch,
      frames,
      this.reach,
      hopSamples,
    ]);
    const envelope = tf.mul(tf.ones([1, frames, 1, 1]), tf.reshape(tf.square(window), [1, 1, this.reach, hopSamples]));
    const begin = [0, (fftSize - hopSamples) / 2];
    const sum = tf.slice(this.overlapAdd(windowed), begin, [batch, frames * hopSamples]);
    return tf.div(sum, tf.slice(this.overlapAdd(envelope), begin, [1, frames * hopSamples]));
  }

  /** [2·K, R·hop]: windowed cosines, then windowed negative sines. */
  private basis(): tf.Tensor2D {
    const { cosine, sine } = fourierBasis(this.config);
    const weights = binWeights(this.config);
    return tf.concat([tf.mul(weights, cosine), tf.neg(tf.mul(weights, sine))], 0) as tf.Tensor2D;
  }

  /** [B, F, R, hop] → [B, (F + R − 1)·hop]: part r of frame f lands on hop f + r. */
  private overlapAdd(parts: tf.Tensor): tf.Tensor {
    const [batch, frames, reach, hop] = parts.shape;
    const shifted = Array.from({ length: reach }, (_, r) => {
      const part = tf.reshape(tf.slice(parts, [0, 0, r, 0], [batch, frames, 1, hop]), [batch, frames, hop]);
      return tf.pad(part, [
        [0, 0],
        [r, reach - 1 - r],
        [0, 0],
      ]);
    });
    return tf.reshape(
      shifted.reduce((sum, part) => tf.add(sum, part)),
      [batch, (frames + reach - 1) * hop],
    );
  }
}
