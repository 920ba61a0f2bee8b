// Fully connected layer, torch.nn.Linear's layout and defaults.
import * as tf from '@tensorflow/tfjs-core';
import { biasUniform, kaimingUniform, type Initializer } from '../initializers';
import { type Parameter, type Scope } from '../parameters';

export interface LinearOptions {
  bias?: boolean;
  weightInitializer?: Initializer;
  biasInitializer?: Initializer;
}

/** y = x · weightᵀ + bias over the last axis. Parameters: `weight` [out, in], `bias` [out]. */
export class Linear {
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;

  constructor(scope: Scope, inputWidth: number, outputWidth: number, options: LinearOptions = {}) {
    const shape = [outputWidth, inputWidth];
    this.weight = scope.declare('weight', shape, options.weightInitializer ?? kaimingUniform());
    if (options.bias ?? true) {
      this.bias = scope.declare('bias', [outputWidth], options.biasInitializer ?? biasUniform(shape));
    }
  }

  /** [..., in] → [..., out] */
  forward(x: tf.Tensor): tf.Tensor {
    return linear(x, this.weight.value, this.bias?.value);
  }
}

/** x [..., in], weight [out, in], bias [out] → [..., out]: for weights that are a part of a larger parameter. */
export function linear(x: tf.Tensor, weight: tf.Tensor, bias?: tf.Tensor): tf.Tensor {
  // As a matrix product of two axes: tfjs's gradient does not sum over broadcast batch axes.
  const rows = x.rank === 2 ? x : tf.reshape(x, [-1, weight.shape[1]!]);
  const product = tf.matMul(rows as tf.Tensor2D, weight as tf.Tensor2D, false, true);
  const y = bias ? tf.add(product, bias) : product;
  return x.rank === 2 ? y : tf.reshape(y, [...x.shape.slice(0, -1), weight.shape[0]]);
}
