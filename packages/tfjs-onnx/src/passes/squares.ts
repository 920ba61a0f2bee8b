// Sums of squares in one operator: the squares themselves are as large as what is summed, and need neither be made nor kept.
import { type Graph, type Node, type Value } from '../graph';
import { Rewriter } from './rewrite';

export function sumSquares(graph: Graph): Graph {
  const rewriter = new Rewriter();
  for (const node of graph.nodes) {
    const root = node.op === 'ReduceSum' ? rootOf(node.inputs[0]?.node) : undefined;
    rewriter.keep(root ? { ...node, op: 'ReduceSumSquare', inputs: [root, ...node.inputs.slice(1)] } : node);
  }
  return rewriter.finish(graph);
}

/** What a node squares; undefined where it does something else. */
function rootOf(node: Node | undefined): Value | undefined {
  if (node?.op !== 'Mul' || node.inputs[0] !== node.inputs[1]) return undefined;
  return node.inputs[0]?.type === 'float32' ? node.inputs[0] : undefined;
}
