// Rebuilds a graph node by node, so that passes never change a graph that someone else holds.
import { type Graph, type Node, type Value } from '../graph';

/** A copy of `node` on other inputs; its outputs are new values. */
export function copyNode(node: Node, inputs: (Value | null)[]): Node {
  const copy: Node = { ...node, inputs, outputs: node.outputs.map(({ type, shape }): Value => ({ type, shape })) };
  for (const output of copy.outputs) output.node = copy;
  return copy;
}

export class Rewriter {
  readonly nodes: Node[] = [];
  private readonly replacements = new Map<Value, Value>();

  /** What stands for `value` in the new graph. */
  resolve(value: Value): Value {
    return this.replacements.get(value) ?? value;
  }

  replace(value: Value, by: Value): void {
    this.replacements.set(value, by);
  }

  inputsOf(node: Node): (Value | null)[] {
    return node.inputs.map((input) => input && this.resolve(input));
  }

  /** Puts a copy of `node` on resolved inputs into the new graph. */
  keep(node: Node): Node {
    const copy = copyNode(node, this.inputsOf(node));
    node.outputs.forEach((output, index) => this.replace(output, copy.outputs[index]));
    this.nodes.push(copy);
    return copy;
  }

  finish(graph: Graph): Graph {
    return {
      ...graph,
      nodes: this.nodes,
      outputs: graph.outputs.map((port) => ({ ...port, value: this.resolve(port.value) })),
    };
  }
}
