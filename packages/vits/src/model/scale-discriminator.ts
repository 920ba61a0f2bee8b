// Scale discriminator: grouped strided convolutions over the waveform (MelGAN's, as in HiFi-GAN; upstream `DiscriminatorS`).
// Shapes: B batch, C channels, T time.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, type Scope } from '@gpt-talker/nn';
import { type DiscriminatorOutput } from './discriminator-output';

export interface ScaleLayer {
  channels: number;
  kernel: number;
  stride: number;
  groups: number;
}

export const PUBLISHED_SCALE_LAYERS: readonly ScaleLayer[] = [
  { channels: 16, kernel: 15, stride: 1, groups: 1 },
  { channels: 64, kernel: 41, stride: 4, groups: 4 },
  { channels: 256, kernel: 41, stride: 4, groups: 16 },
  { channels: 1024, kernel: 41, stride: 4, groups: 64 },
  { channels: 1024, kernel: 41, stride: 4, groups: 256 },
  { channels: 1024, kernel: 5, stride: 1, groups: 1 },
];

const SLOPE = 0.1;

export class ScaleDiscriminator {
  private readonly layers: Conv1d[];
  private readonly output: Conv1d;

  constructor(scope: Scope, layers: readonly ScaleLayer[] = PUBLISHED_SCALE_LAYERS) {
    this.layers = layers.map(({ channels, kernel, stride, groups }, index) => {
      const inputs = index === 0 ? 1 : layers[index - 1].channels;
      return new Conv1d(scope.child('convs', index), inputs, channels, kernel, {
        stride,
        groups,
        padding: (kernel - 1) / 2,
        weightNorm: true,
      });
    });
    this.output = new Conv1d(scope.child('conv_post'), layers[layers.length - 1].channels, 1, 3, {
      padding: 1,
      weightNorm: true,
    });
  }

  /** audio [B, 1, T] → score [B, T′] and the maps of every layer [B, C, T′]. */
  forward(audio: tf.Tensor): DiscriminatorOutput {
    const features: tf.Tensor[] = [];
    let x = audio;
    for (const layer of this.layers) features.push((x = tf.leakyRelu(layer.forward(x), SLOPE)));
    const score = this.output.forward(x); // (B, 1, T′)
    return { score: tf.reshape(score, [score.shape[0], score.shape[2]!]), features: [...features, score] };
  }
}
