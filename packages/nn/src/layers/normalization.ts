// Layer normalisation over the last axis (torch.nn.LayerNorm) and over the channels of [B, C, T] (VITS's modules.LayerNorm).
import * as tf from '@tensorflow/tfjs-core';
import { ones, zeros } from '../initializers';
import { layerNormalization } from '@gpt-talker/tfjs-onnx';
import { type Parameter, type Scope } from '../parameters';

const DEFAULT_EPSILON = 1e-5;

export interface NormalizationOptions {
  epsilon?: number;
}

/** Parameters: `weight` [width], `bias` [width]. */
export class LayerNorm {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly epsilon: number;

  constructor(scope: Scope, width: number, options: NormalizationOptions = {}) {
    this.weight = scope.declare('weight', [width], ones);
    this.bias = scope.declare('bias', [width], zeros);
    this.epsilon = options.epsilon ?? DEFAULT_EPSILON;
  }

  /** [..., width] → [..., width] */
  forward(x: tf.Tensor): tf.Tensor {
    return layerNormalization(x, this.weight.value, this.bias.value, this.epsilon);
  }
}

/** Parameters: `gamma` [channels], `beta` [channels]. */
export class ChannelLayerNorm {
  readonly gamma: Parameter;
  readonly beta: Parameter;
  readonly epsilon: number;

  constructor(scope: Scope, channels: number, options: NormalizationOptions = {}) {
    this.gamma = scope.declare('gamma', [channels], ones);
    this.beta = scope.declare('beta', [channels], zeros);
    this.epsilon = options.epsilon ?? DEFAULT_EPSILON;
  }

  /** [B, C, T] → [B, C, T] */
  forward(x: tf.Tensor): tf.Tensor {
    const channelsLast = tf.transpose(x, [0, 2, 1]); // (B, T, C)
    const normalized = layerNormalization(channelsLast, this.gamma.value, this.beta.value, this.epsilon);
    return tf.transpose(normalized, [0, 2, 1]); // (B, C, T)
  }
}
