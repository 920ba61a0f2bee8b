// Multi-head attention (Vaswani et al., 2017) on queries, keys and values that are already projected.
import * as tf from '@tensorflow/tfjs-core';

import { TraceError } from '../errors';
import { sumToShape } from '../gradients/gradient';
import { type Value } from '../graph';
import { composeAttention, joinHeads, splitHeads, type AttentionInputs, type Heads } from './attention-composed';
import { causalMask, differentiatedCausalAttention } from './causal-attention';
import { defineFusedOp } from './define-fused-op';
import { cachedAttention } from './cached-attention';

export interface AttentionOptions {
  readonly heads: number;
  /** Added to the scores before the softmax: [Tq, Tk] or [B, 1, Tq, Tk], 0 to attend and a large negative number to not. */
  readonly mask?: tf.Tensor;
  /** No position attends to later ones, whatever the mask allows; Tq and Tk are equal then. Saves computing them where a gradient is taken. */
  readonly causal?: boolean;
  /**
   * Keys and values of positions before those of `key` and `value`, [B, P, W] each; Tk of the mask counts them too. P must not be 0
   * when the graph runs (onnxruntime's products of nothing end the process): feed a row of zeros and mask it.
   */
  readonly past?: { readonly key: tf.Tensor; readonly value: tf.Tensor };
}

/** Where a gradient is taken: the composition, which keeps the softmax. */
const differentiated = defineFusedOp<AttentionInputs, Heads>({
  name: 'DifferentiatedAttention',
  compose: composeAttention,
  record(builder, { query, key, value, mask }, { heads }) {
    const split = (x: Value): Value =>
      builder.transpose(builder.reshape(x, [x.shape[0], x.shape[1], heads, x.shape[2] / heads]), [0, 2, 1, 3]);
    const scale = builder.scalar(1 / Math.sqrt(query!.shape[2] / heads), 'float32');
    const scores = builder.matMul(builder.binary('Mul', split(query!), scale), split(key!), false, true);
    const weights = builder.unary('Softmax', mask ? builder.binary('Add', scores, mask) : scores, { axis: 3 });
    const attended = builder.matMul(weights, split(value!));
    const [batch, length] = query!.shape;
    return [
      builder.reshape(builder.transpose(attended, [0, 2, 1, 3]), [batch, length, value!.shape[2]]),
      weights,
      attended,
    ];
  },
  gradient(dy, { query, key, value, mask }, [weights, attended], { heads }) {
    const scale = Math.sqrt(heads / query.shape[2]!);
    const gradient = splitHeads(dy, heads);
    // Σ dP·P over a row equals Σ dy·y over a head's width, which is the shorter sum (Dao et al., 2022).
    const rows = tf.sum(tf.mul(gradient, attended), -1, true);
    const scores = tf.mul(weights, tf.sub(tf.matMul(gradient, splitHeads(value, heads), false, true), rows));
    return {
      query: joinHeads(tf.mul(tf.matMul(scores, splitHeads(key, heads)), scale)),
      key: joinHeads(tf.matMul(scores, tf.mul(splitHeads(query, heads), scale), true, false)),
      value: joinHeads(tf.matMul(weights, gradient, true, false)),
      ...(mask && { mask: sumToShape(scores, mask.shape) }),
    };
  },
});

const fused = defineFusedOp<AttentionInputs, Heads>({
  name: 'MultiHeadAttention',
  compose: composeAttention,
  record(builder, { query, key, value, mask }, { heads }) {
    const bias: Value | null = mask
      ? builder.reshape(mask, mask.shape.length === 4 ? mask.shape : [1, 1, ...mask.shape])
      : null;
    const shape = [...query!.shape.slice(0, 2), value!.shape[2]];
    // bias of the projections and key padding mask are left out
    const inputs = [query!, key!, value!, null, null, bias];
    while (inputs[inputs.length - 1] === null) inputs.pop();
    return [builder.node('MultiHeadAttention', inputs, shape, query!.type, { num_heads: heads }, 'com.microsoft')];
  },
});

/**
 * Attention in `heads` heads: query [B, Tq, W], key and value [B, Tk, W] → [B, Tq, W].
 *
 * Recorded as one com.microsoft.MultiHeadAttention node, except where a gradient is being taken: the node keeps no softmax,
 * so its gradient would compute everything again. With a past, one sequence's products are recorded apart for old and new
 * positions, which copies neither.
 */
export function multiHeadAttention(
  query: tf.Tensor,
  key: tf.Tensor,
  value: tf.Tensor,
  { heads, mask, past, causal }: AttentionOptions,
): tf.Tensor {
  if (query.rank !== 3 || key.rank !== 3 || value.rank !== 3 || query.shape[2]! % heads !== 0) {
    throw new TraceError(
      'invalid-argument',
      `multiHeadAttention needs [batch, time, width] with a width that ${heads} heads divide, but got query [${query.shape}], key [${key.shape}], value [${value.shape}]`,
    );
  }
  if (causal && (past || query.shape[1] !== key.shape[1])) {
    throw new TraceError(
      'invalid-argument',
      `multiHeadAttention is causal over one sequence, but got ${past ? 'a past' : `query [${query.shape}] and key [${key.shape}]`}; give a mask instead`,
    );
  }
  const isDifferentiated = tf.engine().state.gradientDepth > 0;
  if (past && query.shape[0] === 1 && !isDifferentiated && (mask?.rank ?? 2) === 2) {
    return cachedAttention({ query, key, value, pastKey: past.key, pastValue: past.value, mask }, { heads });
  }
  const inputs: AttentionInputs = {
    query,
    key: past ? tf.concat([past.key, key], 1) : key,
    value: past ? tf.concat([past.value, value], 1) : value,
    mask,
  };
  if (!causal) return isDifferentiated ? differentiated(inputs, { heads }) : fused(inputs, { heads });
  if (isDifferentiated) return differentiatedCausalAttention(inputs, { heads });
  const later = causalMask(query.shape[1]!);
  return fused({ ...inputs, mask: mask ? tf.add(mask, later) : later }, { heads });
}
