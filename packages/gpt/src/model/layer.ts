// One post-norm transformer layer (upstream `TransformerEncoderLayer`): attention → add → norm → feed-forward → add → norm.
// Parameter names are PyTorch's. B batch, T new positions, P past positions, W width, F feed-forward width, H heads of width D.
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
import { headAttention, headAttentionTogether, multiHeadAttention, type AttentionOptions } from '@gpt-talker/tfjs-onnx';
import type { ConGptConfig } from './config';

/** Keys and values of positions, head by head: `[B, H, P, D]` each. */
export interface KeyValue {
  key: tf.Tensor4D;
  value: tf.Tensor4D;
}

export interface LayerOutput extends KeyValue {
  /** `[B·T, W]` */
  hidden: tf.Tensor2D;
}

/** What one of several sequences sees: its own past, and a mask over that and its new position, `[1, P+1]`. */
export interface Remembered {
  past: KeyValue;
  mask: tf.Tensor;
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

  forward(x: tf.Tensor2D, batch: number, mask: AttentionMask): tf.Tensor2D {
    const { width, heads } = this;
    const length = x.shape[0] / batch;
    const projected = linear(x, this.projectionWeight.value, this.projectionBias.value); // (B·T, 3W)
    const [query, key, value] = tf.split(tf.reshape(projected, [batch, length, 3 * width]), 3, 2) as tf.Tensor3D[]; // (B, T, W) each
    const attended = multiHeadAttention(query, key, value, { heads, ...mask });
    return this.output.forward(tf.reshape(attended, [batch * length, width])) as tf.Tensor2D;
  }

  /** The same for positions that follow others: their keys and values lie head by head, as they are read. */
  step(x: tf.Tensor2D, batch: number, mask: tf.Tensor, past: KeyValue): LayerOutput {
    const { width, heads } = this;
    const [length, headWidth] = [x.shape[0] / batch, width / heads];
    const projected = linear(x, this.scaled(this.projectionWeight), this.scaled(this.projectionBias)); // (B·T, 3W)
    const rows = tf.transpose(tf.reshape(projected, [batch, length, 3 * heads, headWidth]), [0, 2, 1, 3]);
    const [query, key, value] = tf.split(rows, 3, 1) as tf.Tensor4D[]; // (B, H, T, D) each
    const attended = headAttention({ query, key, value, pastKey: past.key, pastValue: past.value, mask });
    const joined = tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [batch * length, width]);
    return { hidden: this.output.forward(joined) as tf.Tensor2D, key, value };
  }

  /** One position of each of S sequences: they share the products with weights, and nothing else. */
  stepTogether(x: tf.Tensor2D, sequences: readonly Remembered[]): LayerOutput {
    const { width, heads } = this;
    const [count, headWidth] = [sequences.length, width / heads];
    const projected = linear(x, this.scaled(this.projectionWeight), this.scaled(this.projectionBias)); // (S, 3W)
    const rows = tf.reshape(projected, [count, 3 * heads, 1, headWidth]);
    const [query, key, value] = tf.split(rows, 3, 1) as tf.Tensor4D[]; // (S, H, 1, D) each
    const attended = headAttentionTogether(
      { query, key, value },
      sequences.map(({ past, mask }) => ({ pastKey: past.key, pastValue: past.value, mask })),
    );
    const joined = tf.reshape(attended, [count, width]);
    return { hidden: this.output.forward(joined) as tf.Tensor2D, key, value };
  }

  /** The packed projection with the scores' factor 1/√D in its queries, where it costs nothing once it is computed. */
  private scaled({ value }: Parameter): tf.Tensor {
    const { width, heads } = this;
    const factors = tf.concat([tf.fill([width], Math.sqrt(heads / width)), tf.ones([2 * width])]);
    return tf.mul(value, value.rank === 2 ? tf.expandDims(factors, 1) : factors);
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
   * @param mask additive, `[T, T]` or `[B, 1, T, T]`; where it is `causal`, no position sees a later one
   * @param noise random draws for dropout; without it nothing is dropped
   */
  forward(x: tf.Tensor2D, batch: number, mask: AttentionMask, noise?: Noise): tf.Tensor2D {
    return this.afterAttention(x, this.attention.forward(x, batch, mask), noise);
  }

  /**
   * @param x `[B·T, W]`
   * @param batch B
   * @param mask additive, `[T, P+T]`
   * @param past keys and values of the P positions before x
   * @returns the layer's output and the new positions' own keys and values, `[B, H, T, D]` each
   */
  step(x: tf.Tensor2D, batch: number, mask: tf.Tensor, past: KeyValue): LayerOutput {
    const { hidden, key, value } = this.attention.step(x, batch, mask, past);
    return { hidden: this.afterAttention(x, hidden), key, value };
  }

  /**
   * @param x `[S, W]`: one new position of each of S sequences
   * @returns the layer's output, and the new positions' keys and values, `[S, H, 1, D]` each
   */
  stepTogether(x: tf.Tensor2D, sequences: readonly Remembered[]): LayerOutput {
    const { hidden, key, value } = this.attention.stepTogether(x, sequences);
    return { hidden: this.afterAttention(x, hidden), key, value };
  }

  private afterAttention(x: tf.Tensor2D, attended: tf.Tensor2D, noise?: Noise): tf.Tensor2D {
    const middle = this.attentionNorm.forward(tf.add(x, dropout(attended, this.config.dropout, noise)));
    const expanded = dropout(tf.relu(this.expand.forward(middle)), this.config.hiddenDropout, noise); // (B·T, F)
    const contracted = dropout(this.contract.forward(expanded), this.config.dropout, noise); // (B·T, W)
    return this.feedForwardNorm.forward(tf.add(middle, contracted)) as tf.Tensor2D;
  }
}
