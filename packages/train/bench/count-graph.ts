// What a recorded training step works and holds: floating-point operations of its products, and the values that the forward pass
// makes and the backward pass needs.
import type { Graph, Node, Value } from '@gpt-talker/tfjs-onnx';

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Operations of matrix products and convolutions, as many as the graph asks for. */
export function countOperations(graph: Graph): number {
  return graph.nodes.reduce((sum, node) => sum + operationsOf(node), 0);
}

function operationsOf({ op, inputs, outputs, attributes }: Node): number {
  const shape = (index: number) => inputs[index]?.shape ?? [];
  const made = count(outputs[0].shape);
  // A product with an identity is a way to transpose, not work that was asked for.
  if (op === 'MatMul' && inputs.some((input) => input && isIdentity(input))) return 0;
  if (op === 'MatMul' || op === 'FusedMatMul' || op === 'Gemm') {
    const first = shape(0);
    const turned = Boolean(attributes.transA);
    return 2 * made * first[first.length - (turned ? 2 : 1)];
  }
  // The weight is [out, in / groups, kernel…], for transposed convolutions [in, out / groups, kernel…].
  if (op === 'Conv' || op === 'FusedConv') return 2 * made * count(shape(1).slice(1));
  if (op === 'ConvTranspose') return 2 * count(shape(0)) * count(shape(1).slice(1));
  return 0;
}

function isIdentity({ data, shape: [rows, columns, ...others] }: Value): boolean {
  if (!data || rows !== columns || others.length > 0) return false;
  return (data as Float32Array).every((value, index) => value === (index % (rows + 1) === 0 ? 1 : 0));
}

/** These make no values of their own: onnxruntime lets them share memory with their input. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);
const BYTES: Record<string, number> = { float32: 4, int32: 4, int64: 8, bool: 1, uint8: 1, float16: 2 };

/**
 * Bytes of what must be kept for the backward pass: values of nodes that the outputs named in `forward` depend on, and that other
 * nodes read.
 */
export function savedActivationBytes(graph: Graph, forward: readonly string[]): number {
  const ahead = new Set<Node>();
  const waiting = graph.outputs.filter(({ name }) => forward.includes(name)).map(({ value }) => value);
  for (let value = waiting.pop(); value; value = waiting.pop()) {
    if (!value.node || ahead.has(value.node)) continue;
    ahead.add(value.node);
    for (const input of value.node.inputs) if (input) waiting.push(input);
  }
  const saved = new Set<Value>();
  for (const node of graph.nodes) {
    if (ahead.has(node)) continue;
    for (const input of node.inputs) {
      let source = input;
      while (source?.node && VIEWS.has(source.node.op)) source = source.node.inputs[0];
      if (source?.node && ahead.has(source.node)) saved.add(source);
    }
  }
  return [...saved].reduce((sum, { shape, type }) => sum + count(shape) * (BYTES[type] ?? 4), 0);
}
