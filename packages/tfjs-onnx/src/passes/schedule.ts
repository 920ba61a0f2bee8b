// The order of nodes in the file decides when onnxruntime computes them: of a node's inputs it computes the one whose node stands last
// first. What a gradient needs beside the gradient that comes in (a mask, a transposition) should come after it, else it is made during
// the forward pass and held until the backward pass gets there.
import { isConstant, type Graph, type Node } from '../graph';

/** Puts nodes that have one input right behind the node that makes it, as far as the order goes. */
export function scheduleNodes(graph: Graph): Graph {
  const place = new Map<Node, number>();
  graph.nodes.forEach((node, index) => {
    const inputs = node.inputs.filter((input) => input && !isConstant(input));
    const producer = inputs.length === 1 ? inputs[0]!.node : undefined;
    place.set(node, producer ? place.get(producer)! : index);
  });
  // Sorting is stable: nodes with the same place stay in the order in which they depend on each other.
  return { ...graph, nodes: [...graph.nodes].sort((a, b) => place.get(a)! - place.get(b)!) };
}
