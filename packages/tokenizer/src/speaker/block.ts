// A block of ERes2NetV2 (Chen et al. 2024): a bottleneck whose middle convolution works on parts of the channels one after the
// other, each part also given the one before (Res2Net, Gao et al. 2019): added in the first two stages, fused by attention in the last two.
// Shapes: B batch, C channels, H bands, T frames.
import * as tf from '@tensorflow/tfjs-core';
import { type Conv2d, type Scope } from '@gpt-talker/nn';
import { emptyConvolution } from './convolution';
import { FeatureFusion } from './feature-fusion';

export interface BlockConfig {
  inputChannels: number;
  outputChannels: number;
  /** Channels of a part. */
  width: number;
  /** How many parts. */
  scale: number;
  stride: number;
  /** Whether parts are fused by attention. */
  fused: boolean;
}

/** ERes2NetV2's ReLU ends at 20. */
const CEILING = 20;
const activate = (x: tf.Tensor) => tf.clipByValue(x, 0, CEILING);

export class Block {
  private readonly reduce: Conv2d;
  private readonly parts: Conv2d[];
  private readonly fusions: FeatureFusion[];
  private readonly expand: Conv2d;
  private readonly shortcut: Conv2d | undefined;

  constructor(
    scope: Scope,
    private readonly config: BlockConfig,
  ) {
    const { inputChannels, outputChannels, width, scale, stride, fused } = config;
    const whole = width * scale;
    this.reduce = emptyConvolution(scope.child('conv1'), inputChannels, whole, { kernel: 1, stride });
    this.parts = Array.from({ length: scale }, (_, part) =>
      emptyConvolution(scope.child('convs', part), width, width, { kernel: 3 }),
    );
    this.fusions = fused
      ? Array.from({ length: scale - 1 }, (_, index) => new FeatureFusion(scope.child('fuse_models', index), width))
      : [];
    this.expand = emptyConvolution(scope.child('conv3'), whole, outputChannels, { kernel: 1 });
    if (stride !== 1 || inputChannels !== outputChannels)
      this.shortcut = emptyConvolution(scope.child('shortcut', 0), inputChannels, outputChannels, {
        kernel: 1,
        stride,
      });
  }

  /** [B, C, H, T] → [B, C′, ⌈H ÷ stride⌉, ⌈T ÷ stride⌉] */
  forward(x: tf.Tensor): tf.Tensor {
    const { width } = this.config;
    const reduced = activate(this.reduce.forward(x));
    const [batch, , height, time] = reduced.shape;
    const outputs: tf.Tensor[] = [];
    this.parts.forEach((convolution, index) => {
      const own = tf.slice(reduced, [0, index * width, 0, 0], [batch, width, height!, time!]);
      const heard = index === 0 ? own : this.joined(outputs[index - 1], own, index - 1);
      outputs.push(activate(convolution.forward(heard)));
    });
    const expanded = this.expand.forward(tf.concat(outputs, 1));
    return activate(tf.add(expanded, this.shortcut ? this.shortcut.forward(x) : x));
  }

  private joined(previous: tf.Tensor, own: tf.Tensor, index: number): tf.Tensor {
    const fusion = this.fusions[index];
    return fusion ? fusion.forward(previous, own) : tf.add(previous, own);
  }
}
