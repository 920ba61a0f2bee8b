// Windowed cosines and sines, the basis of the short-time Fourier transforms in graphs. Computed, not stored: as a table it would be
// the largest part of a small voice's file; onnxruntime folds it into a constant when it loads the graph.
// Shapes: K = fftSize / 2 + 1 bins, R = ⌈fftSize / hop⌉ hops that a frame reaches over.
import * as tf from '@tensorflow/tfjs-core';

export interface StftConfig {
  /** Even, at least twice the hop. */
  fftSize: number;
  hopSamples: number;
}

/** Cosine and sine of every bin [K, R·hop] under the window. */
export function fourierBasis(config: StftConfig): { cosine: tf.Tensor2D; sine: tf.Tensor2D } {
  const { fftSize } = config;
  const bins = fftSize / 2 + 1;
  const bin = tf.reshape(tf.range(0, bins, 1), [bins, 1]);
  // Products of whole numbers below 2²⁴ are exact in float32, so the phase stays exact for any bin and sample.
  const angle = tf.mul(tf.mod(tf.mul(bin, sampleIndices(config)), fftSize), (2 * Math.PI) / fftSize);
  const window = frameWindow(config);
  return {
    cosine: tf.mul(window, tf.cos(angle)) as tf.Tensor2D,
    sine: tf.mul(window, tf.sin(angle)) as tf.Tensor2D,
  };
}

/** How often a bin counts when samples are made of it: every bin but the first and the last stands for its mirror image too. [K, 1] */
export function binWeights({ fftSize }: Pick<StftConfig, 'fftSize'>): tf.Tensor {
  const bins = fftSize / 2 + 1;
  const bin = tf.reshape(tf.range(0, bins, 1), [bins, 1]);
  const inner = tf.logicalAnd(tf.greater(bin, 0), tf.less(bin, fftSize / 2));
  return tf.mul(tf.add(tf.cast(inner, 'float32'), 1), 1 / fftSize);
}

/** [1, R·hop]: periodic Hann, zero beyond the FFT size. */
export function frameWindow(config: StftConfig): tf.Tensor {
  const n = sampleIndices(config);
  const hann = tf.sub(0.5, tf.mul(0.5, tf.cos(tf.mul(n, (2 * Math.PI) / config.fftSize))));
  return tf.mul(hann, tf.cast(tf.less(n, config.fftSize), 'float32'));
}

/** [1, R·hop]: 0, 1, 2, … */
function sampleIndices({ fftSize, hopSamples }: StftConfig): tf.Tensor {
  const columns = Math.ceil(fftSize / hopSamples) * hopSamples;
  return tf.reshape(tf.range(0, columns, 1), [1, columns]);
}
