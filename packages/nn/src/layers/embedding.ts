// A table of vectors, torch.nn.Embedding's layout and defaults.
import * as tf from '@tensorflow/tfjs-core';
import { normal, type Initializer } from '../initializers';
import { type Parameter, type Scope } from '../parameters';

/** One learned vector for each id. Parameter: `weight` [count, width]. */
export class Embedding {
  readonly weight: Parameter;

  constructor(scope: Scope, count: number, width: number, options: { initializer?: Initializer } = {}) {
    this.weight = scope.declare('weight', [count, width], options.initializer ?? normal());
  }

  /** int32 ids [...] → [..., width] */
  forward(ids: tf.Tensor): tf.Tensor {
    return tf.gather(this.weight.value, ids as tf.Tensor1D);
  }
}
