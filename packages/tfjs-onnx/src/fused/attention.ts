// Multi-head attention (Vaswani et al., 2017) on queries, keys and values that are already projected.
import * as tf from '@tensorflow/tfjs-core';

import { TraceError } from '../errors';
import { type Value } from '../graph';
import { isTracing } from '../register';
import { defineFusedOp } from './define-fused-op';

interface Inputs extends Readonly<Record<string, tf.Tensor | undefined>> {
  query: tf.Tensor;
  key: tf.Tensor;
  value: tf.Tensor;
  mask?: tf.Tensor;
}

export interface AttentionOptions {
  readonly heads: number;
  /** Added to the scores before the softmax: [Tq, Tk] or [B, 1, Tq, Tk], 0 to attend and a large negative number to not. */
  readonly mask?: tf.Tensor;
}

/** softmax(q·kᵀ/√d + mask)·v on q [..., Tq, D], k and v [..., Tk, D]. */
export function scaledDotProductAttention(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, mask?: tf.Tensor): tf.Tensor {
  const width = query.shape[query.rank - 1];
  // Scaling the queries touches fewer numbers than scaling the scores.
  const scores = tf.matMul(tf.mul(query, 1 / Math.sqrt(width)), key, false, true);
  return tf.matMul(tf.softmax(mask ? tf.add(scores, mask) : scores), value);
}

function compose({ query, key, value, mask }: Inputs, { heads }: { heads: number }): tf.Tensor {
  const [batch, length] = query.shape;
  const split = (x: tf.Tensor): tf.Tensor => tf.transpose(tf.reshape(x, [batch, x.shape[1]!, heads, x.shape[2]! / heads]), [0, 2, 1, 3]);
  const attended = scaledDotProductAttention(split(query), split(key), split(value), mask);
  return tf.reshape(tf.transpose(attended, [0, 2, 1, 3]), [batch, length, value.shape[2]!]);
}

const fused = defineFusedOp<Inputs, { heads: number }>({
  name: 'MultiHeadAttention',
  compose,
  record(recorder, { query, key, value, mask }, { heads }) {
    const bias: Value | null = mask ? recorder.reshape(mask, mask.shape.length === 4 ? mask.shape : [1, 1, ...mask.shape]) : null;
    const shape = [...query!.shape.slice(0, 2), value!.shape[2]];
    // bias of the projections and key padding mask are left out
    const inputs = [query!, key!, value!, null, null, bias];
    while (inputs[inputs.length - 1] === null) inputs.pop();
    return [recorder.node('MultiHeadAttention', inputs, shape, query!.type, { num_heads: heads }, 'com.microsoft')];
  },
});

/**
 * Attention in `heads` heads: query [B, Tq, W], key and value [B, Tk, W] → [B, Tq, W].
 *
 * Recorded as one com.microsoft.MultiHeadAttention node, except where a gradient is being taken: the node keeps no softmax,
 * so its gradient would compute everything again.
 */
export function multiHeadAttention(query: tf.Tensor, key: tf.Tensor, value: tf.Tensor, { heads, mask }: AttentionOptions): tf.Tensor {
  if (query.rank !== 3 || key.rank !== 3 || value.rank !== 3 || query.shape[2]! % heads !== 0) {
    throw new TraceError(
      'invalid-argument',
      `multiHeadAttention needs [batch, time, width] with a width that ${heads} heads divide, but got query [${query.shape}], key [${key.shape}], value [${value.shape}]`,
    );
  }
  const inputs: Inputs = { query, key, value, mask };
  const differentiated = tf.engine().state.gradientDepth > 0;
  return differentiated && isTracing() ? tf.tidy(() => compose(inputs, { heads })) : fused(inputs, { heads });
}
