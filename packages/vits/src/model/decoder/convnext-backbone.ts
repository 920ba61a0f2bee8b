// The backbone of the decoders that work at frame rate: ConvNeXt blocks over latent frames, as in Vocos (Siuzdak 2023).
// Shapes: B batch, Z latent channels, C width, F frames, G style channels.
import * as tf from '@tensorflow/tfjs-core';
import { constant, Conv1d, LayerNorm, Linear, type Parameter, type Scope } from '@gpt-talker/nn';
import { type BackboneConfig } from '../config';
import { swapChannelsAndTime } from '../tensors';

/** Gaussian error linear unit, exact form. */
function gelu(x: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
}

/** Depthwise convolution, then a pointwise network, scaled and added to the input. */
class ConvNextBlock {
  private readonly depthwise: Conv1d;
  private readonly norm: LayerNorm;
  private readonly expand: Linear;
  private readonly contract: Linear;
  private readonly scale: Parameter;

  constructor(scope: Scope, { width, expansion, kernel, blocks }: BackboneConfig) {
    this.depthwise = new Conv1d(scope.child('dwconv'), width, width, kernel, { padding: 'same', groups: width });
    this.norm = new LayerNorm(scope.child('norm'), width, { epsilon: 1e-6 });
    this.expand = new Linear(scope.child('pwconv1'), width, expansion * width);
    this.contract = new Linear(scope.child('pwconv2'), expansion * width, width);
    this.scale = scope.declare('gamma', [width], constant(1 / blocks));
  }

  /** [B, C, F] → [B, C, F] */
  forward(x: tf.Tensor): tf.Tensor {
    const normalized = this.norm.forward(swapChannelsAndTime(this.depthwise.forward(x))); // (B, F, C)
    const branch = this.contract.forward(gelu(this.expand.forward(normalized)));
    return tf.add(x, swapChannelsAndTime(tf.mul(branch, this.scale.value)));
  }
}

export class ConvNextBackbone {
  private readonly input: Conv1d;
  private readonly style: Conv1d;
  private readonly inputNorm: LayerNorm;
  private readonly blocks: ConvNextBlock[];
  private readonly outputNorm: LayerNorm;

  constructor(scope: Scope, latentChannels: number, styleChannels: number, config: BackboneConfig) {
    const { width, kernel, blocks } = config;
    this.input = new Conv1d(scope.child('conv_pre'), latentChannels, width, kernel, { padding: 'same' });
    this.style = new Conv1d(scope.child('cond'), styleChannels, width, 1);
    this.inputNorm = new LayerNorm(scope.child('norm'), width, { epsilon: 1e-6 });
    this.blocks = Array.from(
      { length: blocks },
      (_, block) => new ConvNextBlock(scope.child('convnext', block), config),
    );
    this.outputNorm = new LayerNorm(scope.child('final_layer_norm'), width, { epsilon: 1e-6 });
  }

  /** latent [B, Z, F], style [B, G, 1] → [B, F, C] */
  forward(latent: tf.Tensor, style: tf.Tensor): tf.Tensor {
    let x = tf.add(this.input.forward(latent), this.style.forward(style)); // (B, C, F)
    x = swapChannelsAndTime(this.inputNorm.forward(swapChannelsAndTime(x)));
    for (const block of this.blocks) x = block.forward(x);
    return this.outputNorm.forward(swapChannelsAndTime(x));
  }
}
