// Self-attention with learned relative positions (Shaw et al. 2018, as in VITS; upstream `attentions.MultiHeadAttention`),
// optionally limited to a window, so that frames farther apart than the window cannot influence one another.
// Shapes: B batch, H heads, T time, D width of a head, R = 2·relativeWindow + 1 relative positions, C = H·D.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, dropout, normal, xavierUniform, type Noise, type Parameter, type Scope } from '@gpt-talker/nn';
import { positions } from './tensors';

/** What all layers of one encoder share: which pairs of steps are how far apart, and who may see whom. */
export interface AttentionGeometry {
  /** [T, R, T]: 1 where key j stands at relative position r − relativeWindow from query i. */
  bands: tf.Tensor;
  /** Added to the scores, broadcast over [B, H, T, T]; −1e4 where a query may not look. */
  bias: tf.Tensor | undefined;
}

const HIDDEN = -1e4;

/** Prepares the geometry for sequences of `length` steps; `mask` [B, 1, T] is 0 at padding. */
export function attentionGeometry(
  length: number,
  {
    relativeWindow,
    attentionWindow,
    mask,
  }: { relativeWindow: number; attentionWindow: number | null; mask?: tf.Tensor },
): AttentionGeometry {
  const steps = positions(length);
  const distance = tf.sub(tf.reshape(steps, [1, length]), tf.reshape(steps, [length, 1])); // (T, T): j − i
  const offsets = tf.tensor(
    Array.from({ length: 2 * relativeWindow + 1 }, (_, r) => r - relativeWindow),
    [1, 2 * relativeWindow + 1, 1],
  );
  const bands = tf.cast(tf.equal(tf.reshape(distance, [length, 1, length]), offsets), 'float32'); // (T, R, T)
  const biases: tf.Tensor[] = [];
  if (attentionWindow !== null) {
    const outside = tf.cast(tf.greater(tf.abs(distance), attentionWindow), 'float32');
    biases.push(tf.reshape(tf.mul(outside, HIDDEN), [1, 1, length, length]));
  }
  if (mask) biases.push(tf.mul(tf.sub(1, tf.expandDims(mask, 1)), HIDDEN)); // (B, 1, 1, T)
  const bias = biases.length === 0 ? undefined : biases.reduce((sum, part) => tf.add(sum, part));
  return { bands, bias };
}

export interface RelativeAttentionConfig {
  channels: number;
  heads: number;
  relativeWindow: number;
  dropout: number;
}

export class RelativeAttention {
  private readonly query: Conv1d;
  private readonly key: Conv1d;
  private readonly value: Conv1d;
  private readonly output: Conv1d;
  private readonly relativeKeys: Parameter;
  private readonly relativeValues: Parameter;

  constructor(
    scope: Scope,
    private readonly config: RelativeAttentionConfig,
  ) {
    const { channels, heads, relativeWindow } = config;
    const width = channels / heads;
    const projection = { weightInitializer: xavierUniform() };
    this.query = new Conv1d(scope.child('conv_q'), channels, channels, 1, projection);
    this.key = new Conv1d(scope.child('conv_k'), channels, channels, 1, projection);
    this.value = new Conv1d(scope.child('conv_v'), channels, channels, 1, projection);
    this.output = new Conv1d(scope.child('conv_o'), channels, channels, 1);
    const shape = [1, 2 * relativeWindow + 1, width];
    this.relativeKeys = scope.declare('emb_rel_k', shape, normal(width ** -0.5));
    this.relativeValues = scope.declare('emb_rel_v', shape, normal(width ** -0.5));
  }

  /** x [B, C, T] → [B, C, T] */
  forward(x: tf.Tensor, { bands, bias }: AttentionGeometry, noise?: Noise): tf.Tensor {
    const [batch, channels, time] = x.shape;
    const { heads } = this.config;
    const width = channels / heads;
    const relative = this.relativeKeys.shape[1];
    const split = (y: tf.Tensor) => tf.reshape(y, [batch, heads, width, time]); // (B, H, D, T)
    const query = tf.mul(split(this.query.forward(x)), width ** -0.5);
    const key = split(this.key.forward(x));
    const value = split(this.value.forward(x));

    // How much each query likes each relative position, then spread along the diagonals of the scores.
    const queryRows = tf.reshape(tf.transpose(query, [3, 0, 1, 2]), [time * batch * heads, width]); // (T·B·H, D)
    const liking = tf.matMul(queryRows, tf.reshape(this.relativeKeys.value, [relative, width]), false, true); // (T·B·H, R)
    const spread = tf.matMul(tf.reshape(liking, [time, batch * heads, relative]), bands); // (T, B·H, T)
    const local = tf.transpose(tf.reshape(spread, [time, batch, heads, time]), [1, 2, 0, 3]); // (B, H, T, T)

    let scores = tf.add(tf.matMul(query, key, true, false), local); // (B, H, T, T)
    if (bias) scores = tf.add(scores, bias);
    const weights = dropout(tf.softmax(scores), this.config.dropout, noise);

    // The reverse way for the values: collect the weights of each relative position, then mix its vectors.
    const weightRows = tf.reshape(tf.transpose(weights, [2, 0, 1, 3]), [time, batch * heads, time]); // (T, B·H, T)
    const collected = tf.matMul(weightRows, bands, false, true); // (T, B·H, R)
    const mixed = tf.matMul(
      tf.reshape(collected, [time * batch * heads, relative]),
      tf.reshape(this.relativeValues.value, [relative, width]),
    ); // (T·B·H, D)
    const localValues = tf.transpose(tf.reshape(mixed, [time, batch, heads, width]), [1, 2, 3, 0]); // (B, H, D, T)

    const attended = tf.add(tf.matMul(value, weights, false, true), localValues); // (B, H, D, T)
    return this.output.forward(tf.reshape(attended, [batch, channels, time]));
  }
}
