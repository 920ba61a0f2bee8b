// What the tests of passes share: a graph made by hand, and its ops.
import { GraphBuilder } from '../graph-builder';
import { type ElementType, type Graph, type Value } from '../graph';

export const input = (name: string, shape: readonly number[] = [4], type: ElementType = 'float32'): Value => ({
  name,
  type,
  shape,
});

/** A graph of what `build` records, from `inputs` to the values that it returns. */
export function graphOf(
  inputs: readonly Value[],
  build: (builder: GraphBuilder, ...values: Value[]) => Readonly<Record<string, Value>>,
): Graph {
  const builder = new GraphBuilder(false);
  const outputs = build(builder, ...inputs);
  const port = (name: string, value: Value) => ({ name, type: value.type, dims: value.shape, value });
  return {
    inputs: inputs.map((value) => port(value.name!, value)),
    outputs: Object.entries(outputs).map(([name, value]) => port(name, value)),
    nodes: builder.nodes,
  };
}

export const ops = (graph: Graph): string[] => graph.nodes.map(({ op }) => op);
