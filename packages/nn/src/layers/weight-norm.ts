// A convolution's weight, plain or split into length and direction (weight normalisation, Salimans & Kingma 2016) with the
// parameter names of torch.nn.utils.weight_norm.
import * as tf from '@tensorflow/tfjs-core';
import { elementCount, type Initializer } from '../initializers';
import { type Parameter, type Scope } from '../parameters';

/** Gives the weight of a layer, computed from its parameters. */
export interface WeightSource {
  readonly value: tf.Tensor;
}

/** Parameters: `weight_g` (one length for each index of `axis`), `weight_v` (the direction). weight = g · v / ‖v‖ */
export class NormalizedWeight implements WeightSource {
  readonly length: Parameter;
  readonly direction: Parameter;
  readonly #otherAxes: number[];

  constructor(scope: Scope, shape: readonly number[], initializer: Initializer, axis = 0) {
    let initialDirection: Float32Array = new Float32Array();
    this.direction = scope.declare('weight_v', shape, (...place) => (initialDirection = initializer(...place)));
    const lengthShape = shape.map((size, index) => (index === axis ? size : 1));
    // The product starts as the weight that the initialiser drew.
    this.length = scope.declare('weight_g', lengthShape, () => normsAlong(initialDirection, shape, axis));
    this.#otherAxes = shape.map((_, index) => index).filter((index) => index !== axis);
  }

  get value(): tf.Tensor {
    const direction = this.direction.value;
    const norm = tf.sqrt(tf.sum(tf.mul(direction, direction), this.#otherAxes, true));
    return tf.mul(direction, tf.div(this.length.value, norm));
  }
}

function normsAlong(values: Float32Array, shape: readonly number[], axis: number): Float32Array {
  const norms = new Float32Array(shape[axis]);
  const stride = elementCount(shape.slice(axis + 1));
  for (let from = 0, place = 0; from < values.length; from += stride, place = (place + 1) % shape[axis]) {
    for (let index = from; index < from + stride; index++) norms[place] += values[index] * values[index];
  }
  return norms.map(Math.sqrt);
}
