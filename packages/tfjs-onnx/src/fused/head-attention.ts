// Attention of new positions to remembered ones and to each other, where every head's keys and values lie one behind the other: one
// row against hundreds is a matrix-vector product, which is as fast as its operand is read, and in this layout it is read in one go.
// H heads, T new positions, P remembered ones, D width of a head.
import * as tf from '@tensorflow/tfjs-core';

import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { scaledDotProductAttention } from './attention-composed';
import { defineFusedOp } from './define-fused-op';

export interface HeadAttentionInputs extends Readonly<Record<string, tf.Tensor | undefined>> {
  /** `[B, H, T, D]`, already multiplied by 1/√D. */
  query: tf.Tensor;
  /** `[B, H, T, D]` */
  key: tf.Tensor;
  value: tf.Tensor;
  /** `[B, H, P, D]`; P must not be 0 when the graph runs (onnxruntime's products of nothing end the process). */
  pastKey: tf.Tensor;
  pastValue: tf.Tensor;
  /** Added to the scores before the softmax: `[T, P+T]`. */
  mask: tf.Tensor;
}

/** A node rather than MatMul and Transpose, which onnxruntime would fuse to the same; a factor here would cost it its fast product. */
function timesTransposed(builder: GraphBuilder, a: Value, b: Value): Value {
  const shape = [...a.shape.slice(0, -1), b.shape[b.shape.length - 2]];
  return builder.node('FusedMatMul', [a, b], shape, a.type, { transB: 1 }, 'com.microsoft');
}

const fused = defineFusedOp<HeadAttentionInputs, object>({
  name: 'HeadAttention',
  compose: ({ query, key, value, pastKey, pastValue, mask }) =>
    scaledDotProductAttention(
      tf.mul(query, Math.sqrt(query.shape[3]!)),
      tf.concat([pastKey, key], 2),
      tf.concat([pastValue, value], 2),
      mask,
    ),
  record(builder, { query, key, value, pastKey, pastValue, mask }) {
    const [past, length] = [pastKey!.shape[2], key!.shape[2]];
    const parts = [timesTransposed(builder, query!, pastKey!), timesTransposed(builder, query!, key!)];
    const shape = [...query!.shape.slice(0, 3), past + length];
    const scores = builder.node('Concat', parts, shape, query!.type, { axis: 3 });
    const weights = builder.unary('Softmax', builder.binary('Add', scores, mask!), { axis: 3 });
    // Dividing the weights copies them; joining the values instead would copy those.
    const [before, own] = builder.record(
      'Split',
      [weights, builder.integers([past, length])],
      [past, length].map((size) => ({ type: weights.type, shape: [...shape.slice(0, 3), size] })),
      { attributes: { axis: 3 } },
    );
    return [builder.binary('Add', builder.matMul(before, pastValue!), builder.matMul(own, value!))];
  },
});

/** softmax(q·[past k, k]ᵀ + mask)·[past v, v] for every head by itself: `[B, H, T, D]`. */
export function headAttention(inputs: HeadAttentionInputs): tf.Tensor {
  return fused(inputs, {});
}
