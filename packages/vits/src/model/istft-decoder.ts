// Decoder at frame rate: ConvNeXt blocks predict magnitude and phase of every frame, an inverse STFT makes the samples
// (Vocos, Siuzdak 2023; iSTFT-VITS, Kawamura et al. 2022). Far fewer operations than upsampling by convolutions.
// Shapes: B batch, Z latent channels, C width, F frames, K bins, G style channels, S samples = F·hop.
import * as tf from '@tensorflow/tfjs-core';
import { constant, Conv1d, LayerNorm, Linear, type Parameter, type Scope } from '@gpt-talker/nn';
import { type IstftConfig } from './config';
import { type Decoder } from './decoder';
import { InverseStft } from './inverse-stft';
import { swapChannelsAndTime } from './tensors';

/** e⁶ ≈ 400 is beyond any speech spectrum of a signal in [−1, 1]; a wild start of the training must not overflow. */
const LARGEST_LOG_MAGNITUDE = 6;

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

  constructor(scope: Scope, { width, expansion, kernel, blocks }: IstftConfig) {
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

export class IstftDecoder implements Decoder {
  private readonly input: Conv1d;
  private readonly style: Conv1d;
  private readonly inputNorm: LayerNorm;
  private readonly blocks: ConvNextBlock[];
  private readonly outputNorm: LayerNorm;
  private readonly head: Linear;
  private readonly inverseStft: InverseStft;
  private readonly bins: number;

  constructor(scope: Scope, latentChannels: number, styleChannels: number, config: IstftConfig) {
    const { width, kernel, blocks, fftSize } = config;
    this.bins = fftSize / 2 + 1;
    this.input = new Conv1d(scope.child('conv_pre'), latentChannels, width, kernel, { padding: 'same' });
    this.style = new Conv1d(scope.child('cond'), styleChannels, width, 1);
    this.inputNorm = new LayerNorm(scope.child('norm'), width, { epsilon: 1e-6 });
    this.blocks = Array.from(
      { length: blocks },
      (_, block) => new ConvNextBlock(scope.child('convnext', block), config),
    );
    this.outputNorm = new LayerNorm(scope.child('final_layer_norm'), width, { epsilon: 1e-6 });
    this.head = new Linear(scope.child('head'), width, 2 * this.bins);
    this.inverseStft = new InverseStft(config);
  }

  /** latent [B, Z, F], style [B, G, 1] → audio [B, 1, S]; not clipped. */
  forward(latent: tf.Tensor, style: tf.Tensor): tf.Tensor {
    const [batch, , frames] = latent.shape;
    let x = tf.add(this.input.forward(latent), this.style.forward(style)); // (B, C, F)
    x = swapChannelsAndTime(this.inputNorm.forward(swapChannelsAndTime(x)));
    for (const block of this.blocks) x = block.forward(x);
    const spectrum = this.head.forward(this.outputNorm.forward(swapChannelsAndTime(x))); // (B, F, 2·K)
    const logMagnitude = tf.slice(spectrum, [0, 0, 0], [batch, frames!, this.bins]);
    const phase = tf.slice(spectrum, [0, 0, this.bins], [batch, frames!, this.bins]);
    const magnitude = tf.exp(tf.minimum(logMagnitude, LARGEST_LOG_MAGNITUDE));
    const samples = this.inverseStft.forward(tf.mul(magnitude, tf.cos(phase)), tf.mul(magnitude, tf.sin(phase)));
    return tf.expandDims(samples, 1); // (B, 1, S)
  }
}
