// Common subexpressions: two nodes that do the same to the same values become one, two small constants with the same numbers
// become one. Every op that is recorded is a pure function, so this is always right.
import { type Graph, isConstant, type Node, type Value } from '../graph';
import { Rewriter } from './rewrite';

// Comparing large tables by value costs more than it saves; those that are shared are shared by reference already.
const LARGEST_COMPARED = 64;

class Identities {
  private readonly ids = new Map<Value, number>();
  private readonly constants = new Map<string, Value>();

  /** One value for all small constants of the same type, shape and numbers. */
  canonical(value: Value): Value {
    if (!isConstant(value) || value.data.length > LARGEST_COMPARED || value.name) return value;
    const key = `${value.type}|${value.shape.join()}|${Array.from(value.data as ArrayLike<number | bigint>, bits).join()}`;
    const known = this.constants.get(key);
    if (known) return known;
    this.constants.set(key, value);
    return value;
  }

  id(value: Value | null): number {
    if (!value) return -1;
    let id = this.ids.get(value);
    if (id === undefined) this.ids.set(value, (id = this.ids.size));
    return id;
  }
}

/** Keeps 0 and −0 apart. */
function bits(number: number | bigint): string {
  return Object.is(number, -0) ? '-0' : String(number);
}

export function eliminateCommonSubexpressions(graph: Graph): Graph {
  const identities = new Identities();
  const known = new Map<string, Node>();
  const rewriter = new Rewriter();
  for (const node of graph.nodes) {
    for (const input of node.inputs) if (input) rewriter.replace(input, identities.canonical(rewriter.resolve(input)));
    const ids = rewriter.inputsOf(node).map((input) => identities.id(input));
    const key = `${node.domain}:${node.op}(${ids.join()})${JSON.stringify(node.attributes)}${node.outputs.length}`;
    const twin = known.get(key);
    if (twin) node.outputs.forEach((output, index) => rewriter.replace(output, twin.outputs[index]));
    else known.set(key, rewriter.keep(node));
  }
  return rewriter.finish(graph);
}
