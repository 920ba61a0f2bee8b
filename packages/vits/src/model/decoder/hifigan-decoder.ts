// HiFi-GAN generator: latent frames → waveform by transposed convolutions, each followed by residual blocks of several
// kernels whose outputs are averaged (Kong et al. 2020; upstream `models.Generator`, `modules.ResBlock1/2`).
// Shapes: B batch, Z latent channels, F frames, C channels, T time at some stage, G style channels, S samples = F·hop.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, ConvTranspose1d, type Scope } from '@gpt-talker/nn';
import { type HifiganConfig } from '../config';
import { type Decoder } from './decoder';

const SLOPE = 0.1;
/** The slope before the last convolution is PyTorch's default, as upstream trains it. */
const LAST_SLOPE = 0.01;

/** Dilated convolutions with residuals; in pairs (dilated, then plain) for type '1', alone for type '2'. */
class ResidualBlock {
  private readonly dilated: Conv1d[];
  private readonly plain: Conv1d[] | undefined;

  constructor(scope: Scope, kind: '1' | '2', channels: number, kernel: number, dilations: readonly number[]) {
    const options = { weightNorm: true, padding: 'same' } as const;
    const name = kind === '1' ? 'convs1' : 'convs';
    this.dilated = dilations.map(
      (dilation, index) => new Conv1d(scope.child(name, index), channels, channels, kernel, { ...options, dilation }),
    );
    if (kind === '1') {
      this.plain = dilations.map(
        (_, index) => new Conv1d(scope.child('convs2', index), channels, channels, kernel, options),
      );
    }
  }

  forward(x: tf.Tensor): tf.Tensor {
    return this.dilated.reduce((sum, convolution, index) => {
      let branch = convolution.forward(tf.leakyRelu(sum, SLOPE));
      if (this.plain) branch = this.plain[index].forward(tf.leakyRelu(branch, SLOPE));
      return tf.add(branch, sum);
    }, x);
  }
}

export class HifiganDecoder implements Decoder {
  private readonly input: Conv1d;
  private readonly style: Conv1d;
  private readonly stages: { upsample: ConvTranspose1d; blocks: ResidualBlock[] }[];
  private readonly output: Conv1d;

  constructor(scope: Scope, latentChannels: number, styleChannels: number, config: HifiganConfig) {
    const { initialChannels, upsampleRates, upsampleKernels, residualBlock, residualKernels, residualDilations } =
      config;
    this.input = new Conv1d(scope.child('conv_pre'), latentChannels, initialChannels, 7, { padding: 3 });
    this.stages = upsampleRates.map((rate, stage) => {
      const [inputChannels, channels] = [stage, stage + 1].map((halvings) =>
        Math.floor(initialChannels / 2 ** halvings),
      );
      const kernel = upsampleKernels[stage];
      return {
        upsample: new ConvTranspose1d(scope.child('ups', stage), inputChannels, channels, kernel, {
          stride: rate,
          padding: (kernel - rate) / 2,
          weightNorm: true,
        }),
        blocks: residualKernels.map(
          (size, index) =>
            new ResidualBlock(
              scope.child('resblocks', stage * residualKernels.length + index),
              residualBlock,
              channels,
              size,
              residualDilations[index],
            ),
        ),
      };
    });
    const lastChannels = Math.floor(initialChannels / 2 ** upsampleRates.length);
    this.output = new Conv1d(scope.child('conv_post'), lastChannels, 1, 7, { padding: 3, bias: false });
    this.style = new Conv1d(scope.child('cond'), styleChannels, initialChannels, 1);
  }

  /** latent [B, Z, F], style [B, G, 1] → audio [B, 1, S] in (−1, 1) */
  forward(latent: tf.Tensor, style: tf.Tensor): tf.Tensor {
    let x = tf.add(this.input.forward(latent), this.style.forward(style)); // (B, C, F)
    for (const { upsample, blocks } of this.stages) {
      const upsampled = upsample.forward(tf.leakyRelu(x, SLOPE)); // (B, C / 2, T·rate)
      const refined = blocks.map((block) => block.forward(upsampled));
      x = tf.div(
        refined.reduce((sum, branch) => tf.add(sum, branch)),
        blocks.length,
      );
    }
    return tf.tanh(this.output.forward(tf.leakyRelu(x, LAST_SLOPE)));
  }
}
