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

/** Scores of remembered and new positions → what to weigh either with. Dividing the weights copies them; joining the values instead would copy those. */
function weightsOf(builder: GraphBuilder, before: Value, own: Value, mask: Value): [Value, Value] {
  const [past, length] = [before.shape[3], own.shape[3]];
  const rows = before.shape.slice(0, 3);
  const scores = builder.node('Concat', [before, own], [...rows, past + length], before.type, { axis: 3 });
  const weights = builder.unary('Softmax', builder.binary('Add', scores, mask), { axis: 3 });
  const parts = [past, length].map((size) => ({ type: weights.type, shape: [...rows, size] }));
  const attributes = { axis: 3 };
  return builder.record('Split', [weights, builder.integers([past, length])], parts, { attributes }) as [Value, Value];
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
    const scores = [timesTransposed(builder, query!, pastKey!), timesTransposed(builder, query!, key!)] as const;
    const [before, own] = weightsOf(builder, ...scores, mask!);
    return [builder.binary('Add', builder.matMul(before, pastValue!), builder.matMul(own, value!))];
  },
});

/** softmax(q·[past k, k]ᵀ + mask)·[past v, v] for every head by itself: `[B, H, T, D]`. */
export function headAttention(inputs: HeadAttentionInputs): tf.Tensor {
  return fused(inputs, {});
}

/** What one of S sequences remembers, `[1, H, P, D]` each, and its mask, `[1, P+1]`. */
export interface SequencePast {
  pastKey: tf.Tensor;
  pastValue: tf.Tensor;
  mask: tf.Tensor;
}

type Flat = Readonly<Record<string, tf.Tensor | undefined>>;

const pastOf = <Tensor>(inputs: Readonly<Record<string, Tensor | undefined>>, sequence: number) => ({
  pastKey: inputs[`pastKey${sequence}`]!,
  pastValue: inputs[`pastValue${sequence}`]!,
  mask: inputs[`mask${sequence}`]!,
});

/** What concerns one sequence's past is a node for each, of the shapes that it has alone; the rest is one for all. */
const fusedTogether = defineFusedOp<Flat, object>({
  name: 'HeadAttentionTogether',
  compose: (inputs) => {
    const rows = ['query', 'key', 'value'].map((name) => tf.split(inputs[name]!, inputs[name]!.shape[0]));
    const attended = rows[0].map((query, sequence) => {
      const [key, value] = [rows[1][sequence], rows[2][sequence]];
      return headAttention({ query, key, value, ...pastOf(inputs, sequence) });
    });
    return tf.concat(attended, 0);
  },
  record(builder, inputs) {
    const { query, key, value } = inputs as Record<string, Value>;
    const [count] = query.shape;
    const apart = (all: Value) => {
      const parts = Array.from({ length: count }, () => ({ type: all.type, shape: [1, ...all.shape.slice(1)] }));
      const sizes = builder.integers(parts.map(() => 1));
      return builder.record('Split', [all, sizes], parts, { attributes: { axis: 0 } });
    };
    const together = (parts: Value[]) => {
      const shape = [count, ...parts[0].shape.slice(1)];
      return builder.node('Concat', parts, shape, query.type, { axis: 0 });
    };
    const [queries, scores] = [apart(query), apart(timesTransposed(builder, query, key))];
    const parts = queries.map((one, sequence) => {
      const { pastKey, pastValue, mask } = pastOf(inputs as Record<string, Value>, sequence);
      const [before, own] = weightsOf(builder, timesTransposed(builder, one, pastKey), scores[sequence], mask);
      return { attended: builder.matMul(before, pastValue), own };
    });
    // A weight times a row, which is what their product is.
    const own = builder.binary('Mul', together(parts.map((part) => part.own)), value);
    return [builder.binary('Add', together(parts.map(({ attended }) => attended)), own)];
  },
});

/** `headAttention` of one new position of each of S sequences, `[S, H, 1, D]`, each to its own past: the same bits as alone. */
export function headAttentionTogether(
  { query, key, value }: Pick<HeadAttentionInputs, 'query' | 'key' | 'value'>,
  sequences: readonly SequencePast[],
): tf.Tensor {
  const inputs: Record<string, tf.Tensor> = { query, key, value };
  sequences.forEach(({ pastKey, pastValue, mask }, sequence) => {
    inputs[`pastKey${sequence}`] = pastKey;
    inputs[`pastValue${sequence}`] = pastValue;
    inputs[`mask${sequence}`] = mask;
  });
  return fusedTogether(inputs, {});
}
