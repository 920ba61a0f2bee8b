// Period discriminator: looks at every p-th sample, so that periodic patterns become visible (HiFi-GAN, section 2.3; upstream
// `DiscriminatorP`). Upstream convolves a [T / p, p] plane along its height only; here the p columns join the batch and the
// convolution is one-dimensional: the same numbers for less work.
// Shapes: B batch, P period, C channels, T time.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, type Scope } from '@gpt-talker/nn';
import { type DiscriminatorOutput } from './discriminator-output';
import { reflectPad } from './tensors';

export const PUBLISHED_PERIOD_CHANNELS: readonly number[] = [32, 128, 512, 1024, 1024];

const SLOPE = 0.1;
const KERNEL = 5;
const STRIDE = 3;

export class PeriodDiscriminator {
  private readonly layers: Conv1d[];
  private readonly output: Conv1d;

  constructor(
    scope: Scope,
    private readonly period: number,
    channels: readonly number[] = PUBLISHED_PERIOD_CHANNELS,
  ) {
    this.layers = channels.map((outputs, index) => {
      const stride = index < channels.length - 1 ? STRIDE : 1;
      const inputs = index === 0 ? 1 : channels[index - 1];
      return new Conv1d(scope.child('convs', index), inputs, outputs, KERNEL, {
        stride,
        padding: 'same',
        weightNorm: true,
      });
    });
    this.output = new Conv1d(scope.child('conv_post'), channels[channels.length - 1], 1, 3, {
      padding: 1,
      weightNorm: true,
    });
  }

  /** audio [B, 1, T] → score [B, T′·P] (columns one after another) and the maps of every layer [B·P, C, T′]. */
  forward(audio: tf.Tensor): DiscriminatorOutput {
    const [batch, , samples] = audio.shape;
    const missing = (this.period - (samples! % this.period)) % this.period;
    const padded = reflectPad(audio, 0, missing);
    const rows = (samples! + missing) / this.period;
    const columns = tf.transpose(tf.reshape(padded, [batch, rows, this.period]), [0, 2, 1]); // (B, P, T / P)
    const features: tf.Tensor[] = [];
    let x = tf.reshape(columns, [batch * this.period, 1, rows]); // (B·P, 1, T / P)
    for (const layer of this.layers) features.push((x = tf.leakyRelu(layer.forward(x), SLOPE)));
    const score = this.output.forward(x); // (B·P, 1, T′)
    return { score: tf.reshape(score, [batch, this.period * score.shape[2]!]), features: [...features, score] };
  }
}

/** Upstream's state dicts keep these weights as planes [out, in, kernel, 1]: drops the last axis of 'convs.…' and 'conv_post…' weights. */
export function withoutPlaneAxis<T extends { shape: number[] }>(name: string, array: T): T {
  return /(convs\.\d+|conv_post)\.weight(_[gv])?$/.test(name) && array.shape.length === 4
    ? { ...array, shape: array.shape.slice(0, 3) }
    : array;
}
