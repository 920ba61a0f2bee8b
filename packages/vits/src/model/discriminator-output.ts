// What a discriminator answers, of whichever kind it is.
import type * as tf from '@tensorflow/tfjs-core';

/** What one discriminator says about some audio. */
export interface DiscriminatorOutput {
  /** [B, …]: towards 1 for real, towards 0 for made speech. */
  score: tf.Tensor;
  /** Outputs of its layers, for feature matching. */
  features: tf.Tensor[];
}
