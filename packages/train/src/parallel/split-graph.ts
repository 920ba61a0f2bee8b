// Cuts a recorded graph into parts that are run one after the other, so that something can be done in between: a part makes some of the
// outputs, and hands on what later parts need of what it has computed. Nothing is computed twice but what costs nothing.
import type { Graph, GraphPort, Node, Value } from '@gpt-talker/tfjs-onnx';

/** These make no values of their own: handed on is what they look at. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);

/** The name of a value that one part hands on to others. */
const handedKey = (index: number): string => `handed/${index}`;

/**
 * @param groups names of the outputs of each part, in the order of the parts; every output in one of them
 * @returns a graph for each group. Besides its own outputs it may have some called `handed/…`, which later graphs have as inputs.
 */
export function splitGraph(graph: Graph, groups: readonly (readonly string[])[]): Graph[] {
  const constantOnly = new Set<Node>();
  for (const node of graph.nodes)
    if (node.inputs.every((input) => !input || input.data || (input.node && constantOnly.has(input.node))))
      constantOnly.add(node);
  const isRepeated = (node: Node) => constantOnly.has(node) || VIEWS.has(node.op);

  const ports = new Map(graph.outputs.map((port) => [port.name, port]));
  const owners = new Map<Node, number>();
  groups.forEach((names, part) =>
    own(
      names.map((name) => ports.get(name)!.value),
      part,
      owners,
    ),
  );

  // Which nodes each part runs: its own, and those of others that are run again.
  const handed = new Map<Value, { name: string; from: number }>();
  const plans = groups.map((names, part) => {
    const nodes = new Set<Node>();
    const taken = new Set<Value>();
    const need = (value: Value | null) => {
      if (!value?.node) return;
      if (owners.get(value.node) === part || isRepeated(value.node)) nodes.add(value.node);
      else taken.add(value);
    };
    names.forEach((name) => need(ports.get(name)!.value));
    for (const node of [...graph.nodes].reverse()) {
      if (owners.get(node) === part) nodes.add(node);
      if (nodes.has(node)) node.inputs.forEach(need);
    }
    for (const value of taken)
      if (!handed.has(value)) handed.set(value, { name: handedKey(handed.size), from: owners.get(value.node!)! });
    return { names, nodes, taken };
  });
  return plans.map((plan, part) => {
    const handsOn = [...handed].filter(([, { from }]) => from === part);
    return partOf(graph, plan, ports, handsOn, handed);
  });
}

/** Gives the nodes that lead to these values, and that no part has yet, to a part. */
function own(values: readonly Value[], part: number, owners: Map<Node, number>): void {
  const waiting = [...values];
  for (let value = waiting.pop(); value; value = waiting.pop()) {
    if (!value.node || owners.has(value.node)) continue;
    owners.set(value.node, part);
    for (const input of value.node.inputs) if (input) waiting.push(input);
  }
}

interface Plan {
  readonly names: readonly string[];
  readonly nodes: ReadonlySet<Node>;
  readonly taken: ReadonlySet<Value>;
}

function partOf(
  graph: Graph,
  { names, nodes, taken }: Plan,
  ports: ReadonlyMap<string, GraphPort>,
  handsOn: readonly [Value, { name: string }][],
  handed: ReadonlyMap<Value, { name: string }>,
): Graph {
  const here = new Map<Value, Value>();
  const inputs: GraphPort[] = [];
  for (const value of taken) {
    const { name } = handed.get(value)!;
    const input: Value = { type: value.type, shape: value.shape, name };
    here.set(value, input);
    inputs.push({ name, type: value.type, dims: value.shape, value: input });
  }
  const used = new Set<Value>();
  const copies = graph.nodes
    .filter((node) => nodes.has(node))
    .map((node) => {
      const read = node.inputs.map((input) => input && (here.get(input) ?? input));
      for (const input of read) if (input) used.add(input);
      const copy: Node = { ...node, inputs: read, outputs: [] };
      for (const output of node.outputs) {
        const made: Value = { ...output, node: copy };
        here.set(output, made);
        copy.outputs.push(made);
      }
      return copy;
    });
  const outputs: GraphPort[] = [
    ...names.map((name) => ports.get(name)!),
    ...handsOn.map(([value, { name }]) => ({ name, type: value.type, dims: value.shape, value })),
  ].map((port) => ({ ...port, value: here.get(port.value) ?? port.value }));
  for (const { value } of outputs) used.add(value);
  const own = graph.inputs.filter(({ value }) => used.has(value));
  return { inputs: [...own, ...inputs], outputs, nodes: copies, toString: () => `${copies.length} nodes` };
}
