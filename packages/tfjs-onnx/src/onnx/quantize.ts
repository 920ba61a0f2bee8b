// Weight-only int8: a MatMul whose right operand is a constant becomes com.microsoft.MatMulNBits. Each block of weights along
// the summed axis has one scale; the activations stay float32 outside of the operator (accuracy level 4 lets it compute in int8).
import { type Graph, type Value } from '../graph';
import { Rewriter } from '../passes/rewrite';
import { GraphBuilder } from '../graph-builder';
import { productByRows } from './product-by-rows';
import { productTogether, quantizeMatMulColumns } from './quantize-columns';
import { weightOf } from './weight-of';

export interface QuantizeOptions {
  readonly bits: 8;
  /** Weights that share a scale: a power of two from 16 on. Default 32. */
  readonly blockSize?: number;
  /** Smaller weights stay float32. Default 4096. */
  readonly minimumElements?: number;
  /**
   * `int8` rounds what is multiplied as well, with one scale for all rows of a product: a row depends a little on what it is computed
   * with, and reading many rows is twice as fast. The weights then have one scale a column. `int8-rows`, for products of matrices whose
   * rows have nothing to do with each other, gives each row a scale of its own: it comes out as `int8` has it alone, to the bit. Default
   * `float32`.
   */
  readonly activations?: 'float32' | 'int8' | 'int8-rows';
}

const FEWEST_ELEMENTS = 4096;

const INT8_ACCURACY = 4;
/** The byte that stands for 0. */
export const ZERO_POINT = 128;
const STEPS = 127;

/** Weights as the operator wants them: for every column of the matrix, blocks of bytes, and a scale for each block. */
export interface QuantizedWeight {
  readonly blocks: Uint8Array;
  readonly scales: Float32Array;
}

/** @param weight [inputs, outputs], or [outputs, inputs] where `transposed` */
export function quantizeWeight(
  weight: Float32Array,
  inputs: number,
  outputs: number,
  blockSize: number,
  transposed: boolean,
): QuantizedWeight {
  const blocksPerColumn = Math.ceil(inputs / blockSize);
  const blocks = new Uint8Array(outputs * blocksPerColumn * blockSize).fill(ZERO_POINT);
  const scales = new Float32Array(outputs * blocksPerColumn);
  const [step, stride] = transposed ? [1, inputs] : [outputs, 1];
  for (let column = 0; column < outputs; column++) {
    for (let block = 0; block < blocksPerColumn; block++) {
      const first = block * blockSize;
      const last = Math.min(first + blockSize, inputs);
      let largest = 0;
      for (let row = first; row < last; row++)
        largest = Math.max(largest, Math.abs(weight[column * stride + row * step]));
      const scale = Math.fround(largest / STEPS) || 1;
      const index = column * blocksPerColumn + block;
      scales[index] = scale;
      for (let row = first; row < last; row++) {
        blocks[index * blockSize + row - first] = Math.round(weight[column * stride + row * step] / scale) + ZERO_POINT;
      }
    }
  }
  return { blocks, scales };
}

export function quantizeMatMuls(graph: Graph, options: QuantizeOptions): Graph {
  const { blockSize = 32, minimumElements = FEWEST_ELEMENTS, activations } = options;
  if (activations === 'int8' || activations === 'int8-rows')
    return quantizeMatMulColumns(graph, minimumElements, activations === 'int8' ? productTogether : productByRows);
  const rewriter = new Rewriter();
  const builder = new GraphBuilder(false, rewriter.nodes);
  const done = new Map<string, [Value, Value]>();
  const ids = new Map<Value, number>();
  const quantized = (weight: Value, transposed: boolean, inputs: number, outputs: number): [Value, Value] => {
    if (!ids.has(weight)) ids.set(weight, ids.size);
    const key = `${ids.get(weight)} ${transposed}`;
    let pair = done.get(key);
    if (!pair) {
      const { blocks, scales } = quantizeWeight(weight.data as Float32Array, inputs, outputs, blockSize, transposed);
      const data = builder.constant(blocks, [outputs, Math.ceil(inputs / blockSize), blockSize], 'uint8');
      data.name = weight.name;
      done.set(key, (pair = [data, builder.constant(scales, [scales.length], 'float32')]));
    }
    return pair;
  };
  for (const node of graph.nodes) {
    const found = weightOf(node, minimumElements);
    if (!found) {
      rewriter.keep(node);
      continue;
    }
    const { weight, transposed } = found;
    const [inputs, outputs] = transposed ? [weight.shape[1], weight.shape[0]] : weight.shape;
    const [{ shape, type }] = node.outputs;
    const attributes = { K: inputs, N: outputs, bits: 8, block_size: blockSize, accuracy_level: INT8_ACCURACY };
    const operands = [rewriter.resolve(node.inputs[0]!), ...quantized(weight, transposed, inputs, outputs)];
    rewriter.replace(node.outputs[0], builder.node('MatMulNBits', operands, shape, type, attributes, 'com.microsoft'));
  }
  return rewriter.finish(graph);
}
