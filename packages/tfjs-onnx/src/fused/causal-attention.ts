// Causal attention where a gradient is taken. Half of all scores lie above the diagonal and count for nothing; queries are taken in
// chunks, each with the keys up to its end, so that most of them are neither computed nor kept for the way back.
// B batch, H heads, T positions, D width of a head.
import * as tf from '@tensorflow/tfjs-core';

import { sumToShape } from '../gradients/gradient';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { composeAttention, joinHeads, splitHeads, type AttentionInputs, type Heads } from './attention-composed';
import { defineFusedOp } from './define-fused-op';

/** What forbids a position; as in masks, finite, so that a row that forbids all has no NaN. */
const FORBIDDEN = -1e9;
/** Shorter chunks compute less, and products of fewer rows are slower. */
const CHUNK_POSITIONS = 128;

interface Chunk {
  readonly start: number;
  readonly end: number;
}

function chunksOf(length: number): Chunk[] {
  const count = Math.max(1, Math.round(length / CHUNK_POSITIONS));
  const ends = Array.from({ length: count }, (_, index) => Math.round((length * (index + 1)) / count));
  return ends.map((end, index) => ({ start: index === 0 ? 0 : ends[index - 1], end }));
}

/** Rows of a mask from `firstRow` on: each forbids the positions after its own. */
function forbidLater(rows: number, columns: number, firstRow: number): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) =>
    i % columns > firstRow + Math.floor(i / columns) ? FORBIDDEN : 0,
  );
}

/** Forbids the positions after each: `[T, T]`. */
export function causalMask(length: number): tf.Tensor2D {
  return tf.tensor2d(forbidLater(length, length, 0), [length, length]);
}

/** Attention of every position to itself and to those before it, as far as `mask` allows: [B, T, W] each → [B, T, W]. */
export const differentiatedCausalAttention = defineFusedOp<AttentionInputs, Heads>({
  name: 'DifferentiatedCausalAttention',
  compose: ({ mask, ...inputs }, attributes) => {
    const causal = causalMask(inputs.query.shape[1]!);
    return composeAttention({ ...inputs, mask: mask ? tf.add(mask, causal) : causal }, attributes);
  },
  record(builder, { query, key, value, mask }, { heads }) {
    const [batch, length, width] = query!.shape;
    const split = (x: Value): Value =>
      builder.transpose(builder.reshape(x, [batch, length, heads, x.shape[2] / heads]), [0, 2, 1, 3]);
    const scaled = builder.binary('Mul', split(query!), builder.scalar(Math.sqrt(heads / width), 'float32'));
    const [keys, values] = [split(key!), split(value!)]; // (B, H, T, D)
    const parts = chunksOf(length).map((chunk) => {
      const rows = rowsOf(builder, scaled, chunk.start, chunk.end);
      const scores = builder.matMul(rows, rowsOf(builder, keys, 0, chunk.end), false, true);
      const masked = builder.binary('Add', scores, chunkMask(builder, mask, chunk));
      const weights = builder.unary('Softmax', masked, { axis: 3 });
      return { weights, attended: builder.matMul(weights, rowsOf(builder, values, 0, chunk.end)) };
    });
    const attended = concatRows(
      builder,
      parts.map((part) => part.attended),
    );
    return [
      builder.reshape(builder.transpose(attended, [0, 2, 1, 3]), [batch, length, value!.shape[2]]),
      attended,
      ...parts.map(({ weights }) => weights),
    ];
  },
  gradient(dy, { query, key, value, mask }, [attended, ...weights], { heads }) {
    const length = query.shape[1]!;
    const scale = Math.sqrt(heads / query.shape[2]!);
    const gradient = splitHeads(dy, heads);
    const [queries, keys, values] = [
      tf.mul(splitHeads(query, heads), scale),
      splitHeads(key, heads),
      splitHeads(value, heads),
    ];
    // Σ dP·P over a row equals Σ dy·y over a head's width (Dao et al., 2022). One more column of both factors takes it from the product.
    const rows = tf.sum(tf.mul(gradient, attended), -1, true);
    const left = tf.concat([gradient, tf.neg(rows)], 3);
    const right = tf.concat([values, tf.ones(rows.shape)], 3);
    const parts = chunksOf(length).map(({ start, end }, index) => {
      const scores = tf.mul(
        weights[index],
        tf.matMul(sliceRows(left, start, end), sliceRows(right, 0, end), false, true),
      );
      return {
        scores,
        query: tf.matMul(scores, sliceRows(keys, 0, end)),
        key: tf.matMul(scores, sliceRows(queries, start, end), true, false),
        value: tf.matMul(weights[index], sliceRows(gradient, start, end), true, false),
      };
    });
    return {
      query: joinHeads(
        tf.mul(
          tf.concat(
            parts.map((part) => part.query),
            2,
          ),
          scale,
        ),
      ),
      key: joinHeads(sumFromStart(parts.map((part) => part.key))),
      value: joinHeads(sumFromStart(parts.map((part) => part.value))),
      ...(mask && {
        mask: maskGradient(
          parts.map((part) => part.scores),
          length,
          mask.shape,
        ),
      }),
    };
  },
});

function rowsOf(builder: GraphBuilder, x: Value, start: number, end: number): Value {
  return end - start === x.shape[2] ? x : builder.slice(x, 2, start, end - start);
}

function concatRows(builder: GraphBuilder, parts: Value[]): Value {
  if (parts.length === 1) return parts[0];
  const shape = parts[0].shape.map((size, axis) =>
    axis === 2 ? parts.reduce((sum, part) => sum + part.shape[2], 0) : size,
  );
  return builder.node('Concat', parts, shape, 'float32', { axis: 2 });
}

/** The rows of a chunk and the columns up to its end; those after a row's own are forbidden. The same for all layers, so recorded once. */
function chunkMask(builder: GraphBuilder, mask: Value | undefined, { start, end }: Chunk): Value {
  const size = end - start;
  const causal = builder.constant(forbidLater(size, end, start), [size, end], 'float32');
  if (!mask) return causal;
  const [rowAxis, columnAxis] = [mask.shape.length - 2, mask.shape.length - 1];
  // An axis of length one stands for all.
  const chosen = mask.shape[rowAxis] === 1 ? mask : builder.slice(mask, rowAxis, start, size);
  const part = mask.shape[columnAxis] === 1 ? chosen : builder.slice(chosen, columnAxis, 0, end);
  return builder.binary('Add', part, causal);
}

/** [B, H, T, D] → [B, H, end − start, D] */
function sliceRows(x: tf.Tensor, start: number, end: number): tf.Tensor {
  const [batch, heads, length, width] = x.shape;
  return end - start === length ? x : tf.slice(x, [0, 0, start, 0], [batch, heads, end - start, width]);
}

/** The sum of tensors that begin at the same row and end at different ones, the longest last. */
function sumFromStart(parts: tf.Tensor[]): tf.Tensor {
  return parts.reduce((sum, part) => {
    const known = sum.shape[2]!;
    const [begun, rest] = [sliceRows(part, 0, known), sliceRows(part, known, part.shape[2]!)];
    return tf.concat([tf.add(sum, begun), rest], 2);
  });
}

/** The gradient of what was added to the scores; nothing comes from above the chunks. */
function maskGradient(scores: tf.Tensor[], length: number, shape: number[]): tf.Tensor {
  const rows = scores.map((part) =>
    tf.pad(part, [
      [0, 0],
      [0, 0],
      [0, 0],
      [0, length - part.shape[3]!],
    ]),
  );
  return sumToShape(tf.concat(rows, 2), shape);
}
