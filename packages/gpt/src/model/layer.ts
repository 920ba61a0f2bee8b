// One post-norm transformer layer (upstream `TransformerEncoderLayer`): attention → add → norm → feed-forward → add → norm.
// Parameter names are PyTorch's. B batch, T new positions, P past positions, W width, F feed-forward width.
// Positions are the rows of one matrix, B·T of them, wherever they do not see each other: matrix products need no reshaping then.
import * as tf from '@tensorflow/tfjs-core';
import {
  LayerNorm,
  Linear,
  dropout,
  linear,
  xavierUniform,
  zeros,
  type Noise,
  type Parameter,
  type Scope,
} from '@gpt-talker/nn';
import { multiHeadAttention, type AttentionOptions } from '@gpt-talker/tfjs-onnx';
import type { ConGptConfig } from './config';

/** Keys and values of positions that were computed before, `[B, P, W]` each. */
export interface KeyValue {
  key: tf.Tensor3D;
  value: tf.Tensor3D;
}

export interface LayerOutput extends KeyValue {
  /** `[B·T, W]` */
  hidden: tf.Tensor2D;
}

/** What of the positions each may see. */
export type AttentionMask = Pick<AttentionOptions, 'mask' | 'causal'>;

/** Self-attention with PyTorch's packed projection: rows of `in_proj_weight` are query, key, value. */
class SelfAttention {
  private readonly projectionWeight: Parameter;
  private readonly projectionBias: Parameter;
  private readonly output: Linear;

  constructor(
    scope: Scope,
    private readonly width: number,
    private readonly heads: number,
  ) {
    this.projectionWeight = scope.declare('in_proj_weight', [3 * width, width], xavierUniform());
    this.projectionBias = scope.declare('in_proj_bias', [3 * width], zeros);
    this.output = new Linear(scope.child('out_proj'), width, width);
  }

  forward(x: tf.Tensor2D, batch: number, mask: AttentionMask, past?: KeyValue): LayerOutput {
    const { width, heads } = this;
    const length = x.shape[0] / batch;
    const projected = linear(x, this.projectionWeight.value, this.projectionBias.value); // (B·T, 3W)
    const [query, key, value] = tf.split(tf.reshape(projected, [batch, length, 3 * width]), 3, 2) as tf.Tensor3D[]; // (B, T, W) each
    const attended = tf.reshape(multiHeadAttention(query, key, value, { heads, ...mask, past }), [
      batch * length,
      width,
    ]);
    return { hidden: this.output.forward(attended) as tf.Tensor2D, key, value };
  }
}

export class TransformerLayer {
  private readonly attention: SelfAttention;
  private readonly attentionNorm: LayerNorm;
  private readonly expand: Linear;
  private readonly contract: Linear;
  private readonly feedForwardNorm: LayerNorm;

  constructor(
    scope: Scope,
    private readonly config: ConGptConfig,
  ) {
    const { width, heads, feedForward } = config;
    this.attention = new SelfAttention(scope.child('self_attn'), width, heads);
    this.expand = new Linear(scope.child('linear1'), width, feedForward);
    this.contract = new Linear(scope.child('linear2'), feedForward, width);
    this.attentionNorm = new LayerNorm(scope.child('norm1'), width);
    this.feedForwardNorm = new LayerNorm(scope.child('norm2'), width);
  }

  /**
   * @param x `[B·T, W]`
   * @param batch B
   * @param mask additive, `[T, P+T]` or `[B, 1, T, P+T]`; where it is `causal`, no position sees a later one
   * @param past keys and values of the P positions before x
   * @param noise random draws for dropout; without it nothing is dropped
   * @returns the layer's output and the new positions' own keys and values, `[B, T, W]` each
   */
  forward(x: tf.Tensor2D, batch: number, mask: AttentionMask, past?: KeyValue, noise?: Noise): LayerOutput {
    const { hidden: attended, key, value } = this.attention.forward(x, batch, mask, past);
    const middle = this.attentionNorm.forward(tf.add(x, dropout(attended, this.config.dropout, noise)));
    const expanded = dropout(tf.relu(this.expand.forward(middle)), this.config.hiddenDropout, noise); // (B·T, F)
    const contracted = dropout(this.contract.forward(expanded), this.config.dropout, noise); // (B·T, W)
    return { hidden: this.feedForwardNorm.forward(tf.add(middle, contracted)) as tf.Tensor2D, key, value };
  }
}
