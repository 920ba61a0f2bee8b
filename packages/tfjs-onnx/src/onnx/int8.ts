// Stores the kernels of convolutions in 8 bits: the initializer is bytes, and three operators at the start of the graph make it float32
// again. Files shrink to a quarter; onnxruntime computes the kernels once, when it loads the graph, and then works as ever.
import { type Graph, isConstant, type Node, type Value } from '../graph';
import { Rewriter } from '../passes/rewrite';
import { GraphBuilder } from '../graph-builder';
import { quantizeWeight, ZERO_POINT } from './quantize';

/** Smaller kernels are not worth the operators. */
const FEWEST_ELEMENTS = 4096;

/** Every large constant kernel as bytes with a scale for each of its rows (output channels; of a ConvTranspose, input channels). */
export function storeKernelsAsInt8(graph: Graph): Graph {
  const rewriter = new Rewriter();
  const builder = new GraphBuilder(false, rewriter.nodes);
  const done = new Map<Value, Value>();
  for (const node of graph.nodes) {
    const kernel = kernelOf(node);
    if (kernel) {
      const stored = done.get(kernel) ?? restored(builder, kernel);
      done.set(kernel, stored);
      rewriter.replace(kernel, stored);
    }
    rewriter.keep(node);
  }
  return rewriter.finish(graph);
}

function kernelOf({ op, inputs: [, kernel] }: Node): Value | undefined {
  if (op !== 'Conv' && op !== 'ConvTranspose') return undefined;
  return isConstant(kernel) && kernel.type === 'float32' && kernel.data.length >= FEWEST_ELEMENTS ? kernel : undefined;
}

function restored(builder: GraphBuilder, kernel: Value): Value {
  const values = kernel.data as Float32Array;
  const rows = kernel.shape[0];
  const width = values.length / rows;
  // One block a row: a scale for each.
  const { blocks, scales } = quantizeWeight(values, width, rows, width, true);
  const stored = builder.constant(blocks, kernel.shape, 'uint8');
  stored.name = kernel.name;
  const centred = builder.binary('Sub', builder.cast(stored, 'float32'), builder.scalar(ZERO_POINT, 'float32'));
  const shape = kernel.shape.map((_, axis) => (axis === 0 ? rows : 1));
  return builder.binary('Mul', centred, builder.constant(scales, shape, 'float32'));
}
