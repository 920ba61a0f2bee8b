// Vector quantiser: feature vectors → the nearest of a fixed number of code vectors, and back (van den Oord et al. 2017;
// upstream `quantize.ResidualVectorQuantizer` with its single layer). How the codes move while training: codebook-training.ts.
// Shapes: B batch, W width of a vector, T tokens, N = B·T, Q codes.
import * as tf from '@tensorflow/tfjs-core';
import { kaimingUniform, normal, ones, zeros, type Parameter, type Scope } from '@gpt-talker/nn';
import { type QuantizerConfig } from './config';
import { swapChannelsAndTime, withGradient } from './tensors';

export interface Quantized {
  /** Code vectors [B, W, T]; their gradient goes straight through to the input. */
  quantized: tf.Tensor;
  /** int32 [B, T] */
  codes: tf.Tensor;
  /** Mean squared distance of the input from its codes: draws the features towards the codes. */
  commitmentLoss: tf.Tensor;
}

/** Upstream's place of the codebook in a state dict, below the quantiser. */
const CODEBOOK = 'vq.layers.0._codebook';

export class Quantizer {
  /** [Q, W]: a buffer moved by averages for 'ssl', a trainable embedding for 'spectral'. */
  readonly codebook: Parameter;
  /** The average number of vectors a step for each code [Q], sum of those vectors [Q, W], and whether codes were started; 'ssl' only. */
  readonly averages: { clusterSize: Parameter; embedAverage: Parameter; started: Parameter } | undefined;

  constructor(scope: Scope, { kind, size, width }: QuantizerConfig) {
    const book = scope.child(CODEBOOK);
    if (kind === 'spectral') {
      this.codebook = book.declare('embed', [size, width], normal());
      return;
    }
    const buffer = { trainable: false };
    this.averages = {
      started: book.declare('inited', [1], ones, buffer),
      clusterSize: book.declare('cluster_size', [size], zeros, buffer),
      embedAverage: book.declare('embed_avg', [size, width], zeros, buffer),
    };
    this.codebook = book.declare('embed', [size, width], kaimingUniform(), buffer);
  }

  /** Features [B, W, T] → codes, int32 [B, T]. */
  encode(features: tf.Tensor): tf.Tensor {
    const [batch, , time] = features.shape;
    return tf.reshape(this.nearest(this.rows(features)), [batch, time!]);
  }

  /** Codes, int32 [B, T] → code vectors [B, W, T]. */
  decode(codes: tf.Tensor): tf.Tensor {
    return swapChannelsAndTime(tf.gather(this.codebook.value, codes as tf.Tensor2D));
  }

  /** Features [B, W, T] → their codes, with the gradient and the loss that training needs. */
  quantize(features: tf.Tensor): Quantized {
    const nearest = (x: tf.Tensor) => this.decode(this.encode(x));
    const commitmentLoss = tf.mean(tf.squaredDifference(withGradient(features, nearest, tf.zerosLike), features));
    return { quantized: withGradient(features, nearest, (dy) => dy), codes: this.encode(features), commitmentLoss };
  }

  /** [B, W, T] → [N, W] */
  rows(features: tf.Tensor): tf.Tensor2D {
    const [batch, width, time] = features.shape;
    return tf.reshape(swapChannelsAndTime(features), [batch * time!, width]) as tf.Tensor2D;
  }

  private nearest(rows: tf.Tensor2D): tf.Tensor {
    const book = this.codebook.value as tf.Tensor2D;
    // ‖x − e‖² without ‖x‖², which is the same for all codes.
    const likeness = tf.sub(tf.mul(tf.matMul(rows, book, false, true), 2), tf.sum(tf.square(book), 1)); // (N, Q)
    return tf.argMax(likeness, 1); // (N)
  }
}
