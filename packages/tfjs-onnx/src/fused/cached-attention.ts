// Attention of new positions to remembered ones and to each other, without joining the two: onnxruntime's attention node copies
// every key and value twice before it multiplies, which at one new position costs more than the products.
// H heads, T new positions, P remembered ones, D width of a head.
import * as tf from '@tensorflow/tfjs-core';

import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { composeAttention, type AttentionInputs, type Heads } from './attention-composed';
import { defineFusedOp } from './define-fused-op';

export interface CachedInputs extends AttentionInputs {
  /** `[1, P, W]` */
  pastKey: tf.Tensor;
  pastValue: tf.Tensor;
}

/** com.microsoft.FusedMatMul reads `[rows, H, D]` as H matrices in place (transBatch), which a plain MatMul needs transposed. */
function headProduct(builder: GraphBuilder, a: Value, b: Value, shape: readonly number[], options: object): Value {
  return builder.node('FusedMatMul', [a, b], shape, a.type, { ...options }, 'com.microsoft');
}

/** `[1, rows, W]` → `[rows, H, D]` */
function splitHeads(builder: GraphBuilder, x: Value, heads: number): Value {
  return builder.reshape(x, [x.shape[1], heads, x.shape[2] / heads]);
}

/** For one sequence: query, key and value `[1, T, W]`, mask `[T, P+T]`. */
export const cachedAttention = defineFusedOp<CachedInputs, Heads>({
  name: 'RememberingAttention',
  compose: ({ query, key, value, pastKey, pastValue, mask }, options) =>
    composeAttention(
      { query, key: tf.concat([pastKey, key], 1), value: tf.concat([pastValue, value], 1), mask },
      options,
    ),
  record(builder, { query, key, value, pastKey, pastValue, mask }, { heads }) {
    const [, length, width] = query!.shape;
    const past = pastKey!.shape[1];
    const headWidth = width / heads;
    const queries = builder.transpose(splitHeads(builder, query!, heads), [1, 0, 2]); // (H, T, D)
    const scale = { float: 1 / Math.sqrt(headWidth) };
    const scoresOf = (keys: Value): Value =>
      headProduct(builder, queries, splitHeads(builder, keys, heads), [heads, length, keys.shape[1]], {
        transB: 1,
        transBatchB: 1,
        alpha: scale,
      });
    const scores = builder.node(
      'Concat',
      [scoresOf(pastKey!), scoresOf(key!)],
      [heads, length, past + length],
      query!.type,
      { axis: 2 },
    );
    const weights = builder.unary('Softmax', mask ? builder.binary('Add', scores, mask) : scores, { axis: 2 });
    const valueWidth = value!.shape[2] / heads;
    const attended = (first: number, values: Value): Value =>
      headProduct(
        builder,
        builder.slice(weights, 2, first, values.shape[1]),
        splitHeads(builder, values, heads),
        [heads, length, valueWidth],
        { transBatchB: 1 },
      );
    const sum = builder.binary('Add', attended(0, pastValue!), attended(past, value!)); // (H, T, D)
    return [builder.reshape(builder.transpose(sum, [1, 0, 2]), [1, length, value!.shape[2]])];
  },
});
