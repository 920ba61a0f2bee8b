// Dead code: nodes that no output depends on. Gradients record much that nobody asked for.
import { type Graph, type Node, type Value } from '../graph';

/** Those of `nodes` that `outputs` depend on, in their order. */
export function reachableNodes(nodes: readonly Node[], outputs: readonly Value[]): Node[] {
  const needed = new Set<Node>();
  for (const output of outputs) if (output.node) needed.add(output.node);
  for (let i = nodes.length - 1; i >= 0; i--) {
    if (!needed.has(nodes[i])) continue;
    for (const input of nodes[i].inputs) if (input?.node) needed.add(input.node);
  }
  return nodes.filter((node) => needed.has(node));
}

export function eliminateDeadCode(graph: Graph): Graph {
  return {
    ...graph,
    nodes: reachableNodes(
      graph.nodes,
      graph.outputs.map(({ value }) => value),
    ),
  };
}
