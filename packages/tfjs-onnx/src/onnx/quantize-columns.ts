// int8 for weights and activations: a MatMul whose right operand is a constant becomes com.microsoft.DynamicQuantizeMatMul, with one
// scale for a column of weights and one, found at every run, for the activations. Whole columns are summed in whole numbers; blocks of
// weights with scales of their own (MatMulNBits) are more exact, and twice as slow where many rows meet them.
import { type Graph, isConstant, type Node, readersOf, type Value } from '../graph';
import { GraphBuilder } from '../graph-builder';
import { Rewriter } from '../passes/rewrite';
import { weightOf } from './weight-of';

const STEPS = 127;

interface Columns {
  readonly weights: Int8Array;
  readonly scales: Float32Array;
}

/** @param weight [inputs, outputs], or [outputs, inputs] where `transposed`; the result is [inputs, outputs] */
export function quantizeColumns(weight: Float32Array, inputs: number, outputs: number, transposed: boolean): Columns {
  const [step, stride] = transposed ? [1, inputs] : [outputs, 1];
  const weights = new Int8Array(inputs * outputs);
  const scales = new Float32Array(outputs);
  for (let column = 0; column < outputs; column++) {
    const first = column * stride;
    let largest = 0;
    for (let row = 0; row < inputs; row++) largest = Math.max(largest, Math.abs(weight[first + row * step]));
    const scale = Math.fround(largest / STEPS) || 1;
    scales[column] = scale;
    for (let row = 0; row < inputs; row++)
      weights[row * outputs + column] = Math.round(weight[first + row * step] / scale);
  }
  return { weights, scales };
}

/** A product with quantised columns, to be recorded. */
export interface ColumnProduct {
  readonly x: Value;
  /** int8 [inputs, outputs] */
  readonly weights: Value;
  /** [outputs] */
  readonly scales: Value;
  /** [outputs] */
  readonly bias?: Value;
  /** Of the product, as recorded. */
  readonly shape: readonly number[];
}

export type RecordProduct = (builder: GraphBuilder, product: ColumnProduct) => Value;

/** One operator, and one scale for all rows of what is multiplied. */
export const productTogether: RecordProduct = (builder, { x, weights, scales, bias, shape }) => {
  const operands = bias ? [x, weights, scales, null, bias] : [x, weights, scales];
  return builder.node('DynamicQuantizeMatMul', operands, shape, 'float32', {}, 'com.microsoft');
};

/** Replaces the products with constant matrices of at least `minimumElements` weights, and what is added to their columns. */
export function quantizeMatMulColumns(graph: Graph, minimumElements: number, record: RecordProduct): Graph {
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs.map(({ value }) => value));
  const rewriter = new Rewriter();
  const builder = new GraphBuilder(false, rewriter.nodes);
  const done = new Map<Value, Map<boolean, [Value, Value]>>();
  const quantized = (weight: Value, transposed: boolean, rows: number, columns: number): [Value, Value] => {
    const known = done.get(weight) ?? new Map<boolean, [Value, Value]>();
    done.set(weight, known);
    let pair = known.get(transposed);
    if (!pair) {
      const { weights, scales } = quantizeColumns(weight.data as Float32Array, rows, columns, transposed);
      const data = builder.constant(weights, [rows, columns], 'int8');
      data.name = weight.name;
      known.set(transposed, (pair = [data, builder.constant(scales, [columns], 'float32')]));
    }
    return pair;
  };
  const added = new Set<Node>();
  for (const node of graph.nodes) {
    if (added.has(node)) continue;
    const found = weightOf(node, minimumElements);
    if (!found) {
      rewriter.keep(node);
      continue;
    }
    const { weight, transposed } = found;
    const [rows, columns] = transposed ? [weight.shape[1], weight.shape[0]] : weight.shape;
    const [product] = node.outputs;
    const next = outputs.has(product) ? undefined : onlyReader(readers.get(product));
    const bias = next && biasOf(next, product, columns);
    const [stored, scales] = quantized(weight, transposed, rows, columns);
    const x = rewriter.resolve(node.inputs[0]!);
    const result = record(builder, { x, weights: stored, scales, bias, shape: product.shape });
    rewriter.replace(product, result);
    if (next && bias) {
      added.add(next);
      rewriter.replace(next.outputs[0], result);
    }
  }
  return rewriter.finish(graph);
}

function onlyReader(readers: readonly Node[] = []): Node | undefined {
  return readers.length === 1 ? readers[0] : undefined;
}

/** The constant that a node adds to each column of `product`. */
function biasOf({ op, domain, inputs }: Node, product: Value, columns: number): Value | undefined {
  if (op !== 'Add' || domain !== '') return undefined;
  const other = inputs[0] === product ? inputs[1] : inputs[0];
  return isConstant(other) && other.shape.length === 1 && other.shape[0] === columns ? other : undefined;
}
