// Stores the kernels of convolutions, and matrices, in 8 bits: the initializer is bytes, and operators at the start of the graph make it
// float32 again. Files shrink to a quarter; onnxruntime computes the weights once, when it loads the graph, and then works as ever: what
// is multiplied is not rounded, so that runtimes differ in the last digits only (operators that compute in 8 bits round by ways of their own).
import { type Graph, isConstant, type Node, type Value } from '../graph';
import { Rewriter } from '../passes/rewrite';
import { GraphBuilder } from '../graph-builder';
import { quantizeWeight, ZERO_POINT } from './quantize';
import { quantizeColumns } from './quantize-columns';
import { weightOf } from './weight-of';

/** Smaller kernels and matrices are not worth the operators. */
const FEWEST_ELEMENTS = 4096;

/** Every large constant kernel as bytes with a scale for each of its rows (output channels; of a ConvTranspose, input channels). */
export function storeKernelsAsInt8(graph: Graph): Graph {
  return store(graph, (node) => {
    const kernel = kernelOf(node);
    return kernel && { weight: kernel, record: (builder) => restoredKernel(builder, kernel) };
  });
}

/** Every large constant that a MatMul multiplies by, as bytes with a scale for each of its columns. */
export function storeMatricesAsInt8(graph: Graph): Graph {
  return store(graph, (node) => {
    const found = weightOf(node, FEWEST_ELEMENTS);
    return found && { weight: node.inputs[1]!, record: (builder) => restoredMatrix(builder, found) };
  });
}

interface Storable {
  /** What is read instead of the constant. */
  readonly weight: Value;
  readonly record: (builder: GraphBuilder) => Value;
}

function store(graph: Graph, storable: (node: Node) => Storable | undefined): Graph {
  const rewriter = new Rewriter();
  const builder = new GraphBuilder(false, rewriter.nodes);
  const done = new Set<Value>();
  for (const node of graph.nodes) {
    const found = storable(node);
    if (found && !done.has(found.weight)) {
      done.add(found.weight);
      rewriter.replace(found.weight, found.record(builder));
    }
    rewriter.keep(node);
  }
  return rewriter.finish(graph);
}

function kernelOf({ op, inputs: [, kernel] }: Node): Value | undefined {
  if (op !== 'Conv' && op !== 'ConvTranspose') return undefined;
  return isConstant(kernel) && kernel.type === 'float32' && kernel.data.length >= FEWEST_ELEMENTS ? kernel : undefined;
}

function restoredKernel(builder: GraphBuilder, kernel: Value): Value {
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

function restoredMatrix(builder: GraphBuilder, { weight, transposed }: { weight: Value; transposed: boolean }): Value {
  const [inputs, outputs] = transposed ? [weight.shape[1], weight.shape[0]] : weight.shape;
  const { weights, scales } = quantizeColumns(weight.data as Float32Array, inputs, outputs, transposed);
  const stored = builder.constant(weights, [inputs, outputs], 'int8');
  stored.name = weight.name;
  return builder.binary('Mul', builder.cast(stored, 'float32'), builder.constant(scales, [1, outputs], 'float32'));
}
