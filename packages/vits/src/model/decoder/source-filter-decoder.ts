// Source and filter, as speech is made: pulses at the pitch and noise come from outside (`harmonicSource`), the network only
// predicts, several times a frame, how strongly each sounds at every frequency (as in NSF, Wang et al. 2019, and DDSP, Engel et al.
// 2020). The pulses' filter has minimum phase, as the vocal tract nearly has. Phase and pitch are then right by construction, where a
// decoder that predicts them needs discriminators and hundreds of thousands of steps.
// Shapes: B batch, Z latent channels, F frames, N = parts·F filter frames, K bins, G style channels, S samples = F·hop.
import * as tf from '@tensorflow/tfjs-core';
import { Linear, type Scope } from '@gpt-talker/nn';
import { type SourceFilterConfig } from '../config';
import { ConvNextBackbone } from './convnext-backbone';
import { type Decoder } from './decoder';
import { ConVitsConfigError } from '../errors';
import { ForwardStft, type Spectrum } from './forward-stft';
import { InverseStft } from './inverse-stft';
import { minimumPhase } from './minimum-phase';

/** The source is as loud as speech; a filter of e⁶ is beyond anything, and a wild start of the training must not overflow. */
const LARGEST_LOG_GAIN = 6;

export class SourceFilterDecoder implements Decoder {
  private readonly backbone: ConvNextBackbone;
  private readonly head: Linear;
  private readonly stft: ForwardStft;
  private readonly inverseStft: InverseStft;
  private readonly bins: number;

  constructor(
    scope: Scope,
    latentChannels: number,
    styleChannels: number,
    private readonly config: SourceFilterConfig,
  ) {
    const { width, fftSize, hopSamples, parts } = config;
    this.bins = fftSize / 2 + 1;
    this.backbone = new ConvNextBackbone(scope, latentChannels, styleChannels, config);
    this.head = new Linear(scope.child('head'), width, parts * 2 * this.bins);
    const transform = { fftSize, hopSamples: hopSamples / parts };
    this.stft = new ForwardStft(transform);
    this.inverseStft = new InverseStft(transform);
  }

  /** latent [B, Z, F], style [B, G, 1], source [B, 2, S] (pulses, noise) → audio [B, 1, S]; not clipped. */
  forward(latent: tf.Tensor, style: tf.Tensor, source?: tf.Tensor): tf.Tensor {
    if (!source) throw new ConVitsConfigError("a 'source-filter' decoder needs a source");
    const [batch, , frames] = latent.shape;
    const { parts, hopSamples, fftSize } = this.config;
    const count = frames! * parts;
    const gains = tf.minimum(
      tf.reshape(this.head.forward(this.backbone.forward(latent, style)), [batch, count, 2, this.bins]),
      LARGEST_LOG_GAIN,
    );
    const gainOf = (index: number) =>
      tf.reshape(tf.slice(gains, [0, 0, index, 0], [batch, count, 1, this.bins]), [batch, count, this.bins]);
    const spectrumOf = (index: number) =>
      this.stft.forward(
        tf.reshape(tf.slice(source, [0, index, 0], [batch, 1, frames! * hopSamples]), [batch, frames! * hopSamples]),
      );
    const pulseGain = gainOf(0);
    const voiced = product(spectrumOf(0), polar(tf.exp(pulseGain), minimumPhase(pulseGain, fftSize)));
    const unvoiced = scaled(spectrumOf(1), tf.exp(gainOf(1)));
    const samples = this.inverseStft.forward(
      tf.add(voiced.real, unvoiced.real),
      tf.add(voiced.imaginary, unvoiced.imaginary),
    );
    return tf.expandDims(samples, 1); // (B, 1, S)
  }
}

function polar(magnitude: tf.Tensor, phase: tf.Tensor): Spectrum {
  return { real: tf.mul(magnitude, tf.cos(phase)), imaginary: tf.mul(magnitude, tf.sin(phase)) };
}

function product(a: Spectrum, b: Spectrum): Spectrum {
  return {
    real: tf.sub(tf.mul(a.real, b.real), tf.mul(a.imaginary, b.imaginary)),
    imaginary: tf.add(tf.mul(a.real, b.imaginary), tf.mul(a.imaginary, b.real)),
  };
}

function scaled({ real, imaginary }: Spectrum, by: tf.Tensor): Spectrum {
  return { real: tf.mul(real, by), imaginary: tf.mul(imaginary, by) };
}
