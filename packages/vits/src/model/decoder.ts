// What a decoder is to ConVITS: latent frames in, samples out. Two kinds live behind it, chosen by the config.
import type * as tf from '@tensorflow/tfjs-core';

export interface Decoder {
  /** latent [B, Z, F], style [B, G, 1] → audio [B, 1, F·hop] */
  forward(latent: tf.Tensor, style: tf.Tensor): tf.Tensor;
}
