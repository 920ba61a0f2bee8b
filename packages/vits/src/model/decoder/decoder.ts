// What a decoder is to ConVITS: latent frames in, samples out. Three kinds live behind it, chosen by the config.
import type * as tf from '@tensorflow/tfjs-core';

export interface Decoder {
  /** latent [B, Z, F], style [B, G, 1] → audio [B, 1, F·hop]; some kinds also need a source [B, 2, F·hop]: pulses, noise */
  forward(latent: tf.Tensor, style: tf.Tensor, source?: tf.Tensor): tf.Tensor;
}
