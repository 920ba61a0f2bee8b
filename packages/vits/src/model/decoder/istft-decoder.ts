// Decoder at frame rate: ConvNeXt blocks predict magnitude and phase of every frame, an inverse STFT makes the samples
// (Vocos, Siuzdak 2023; iSTFT-VITS, Kawamura et al. 2022). Far fewer operations than upsampling by convolutions.
// Shapes: B batch, Z latent channels, F frames, K bins, G style channels, S samples = F·hop.
import * as tf from '@tensorflow/tfjs-core';
import { Linear, type Scope } from '@gpt-talker/nn';
import { type IstftConfig } from '../config';
import { ConvNextBackbone } from './convnext-backbone';
import { type Decoder } from './decoder';
import { InverseStft } from './inverse-stft';

/** e⁶ ≈ 400 is beyond any speech spectrum of a signal in [−1, 1]; a wild start of the training must not overflow. */
const LARGEST_LOG_MAGNITUDE = 6;

export class IstftDecoder implements Decoder {
  private readonly backbone: ConvNextBackbone;
  private readonly head: Linear;
  private readonly inverseStft: InverseStft;
  private readonly bins: number;

  constructor(scope: Scope, latentChannels: number, styleChannels: number, config: IstftConfig) {
    this.bins = config.fftSize / 2 + 1;
    this.backbone = new ConvNextBackbone(scope, latentChannels, styleChannels, config);
    this.head = new Linear(scope.child('head'), config.width, 2 * this.bins);
    this.inverseStft = new InverseStft(config);
  }

  /** latent [B, Z, F], style [B, G, 1] → audio [B, 1, S]; not clipped. */
  forward(latent: tf.Tensor, style: tf.Tensor): tf.Tensor {
    const [batch, , frames] = latent.shape;
    const spectrum = this.head.forward(this.backbone.forward(latent, style)); // (B, F, 2·K)
    const logMagnitude = tf.slice(spectrum, [0, 0, 0], [batch, frames!, this.bins]);
    const phase = tf.slice(spectrum, [0, 0, this.bins], [batch, frames!, this.bins]);
    const magnitude = tf.exp(tf.minimum(logMagnitude, LARGEST_LOG_MAGNITUDE));
    const samples = this.inverseStft.forward(tf.mul(magnitude, tf.cos(phase)), tf.mul(magnitude, tf.sin(phase)));
    return tf.expandDims(samples, 1); // (B, 1, S)
  }
}
