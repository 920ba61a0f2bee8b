// A graph as text, one line a node, for people: names, types, shapes.
import { type Attribute, type Graph, type GraphPort, isConstant, type Node, type Value } from './graph';

/** Constants of at most this many numbers are shown whole. */
const SHOWN = 6;

export function formatGraph(graph: Graph): string {
  const names = new Map<Value, string>();
  for (const { name, value } of graph.inputs) names.set(value, name);
  const operand = (value: Value | null): string => {
    if (!value) return '·';
    const known = names.get(value);
    if (known !== undefined) return known;
    if (isConstant(value)) return constant(value);
    return name(value);
  };
  const name = (value: Value): string => {
    let known = names.get(value);
    if (known === undefined) names.set(value, (known = `%${names.size - graph.inputs.length}`));
    return known;
  };
  const line = (node: Node): string => {
    const made = node.outputs.map((output) => `${name(output)}: ${typeOf(output.type, output.shape)}`).join(', ');
    const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`;
    return `  ${made} = ${op}(${node.inputs.map(operand).join(', ')})${attributes(node)}`;
  };
  const lines = graph.nodes.map(line);
  const results = graph.outputs.map((port) => `${portText(port)} = ${operand(port.value)}`);
  return [`graph(${graph.inputs.map(portText).join(', ')}) {`, ...lines, `  return ${results.join(', ')}`, '}'].join(
    '\n',
  );
}

const typeOf = (type: string, dims: readonly (number | string | null)[]): string =>
  `${type}[${dims.map((length) => length ?? '?').join(', ')}]`;

const portText = ({ name, type, dims }: GraphPort): string => `${name}: ${typeOf(type, dims)}`;

function constant({ name, type, shape, data }: Value): string {
  if (name !== undefined) return name;
  const numbers = Array.from(data!.subarray(0, SHOWN) as ArrayLike<number | bigint>, (number) =>
    type === 'bool' ? String(Boolean(number)) : String(Number(number)),
  );
  if (shape.length === 0) return numbers[0];
  return data!.length <= SHOWN ? `[${numbers.join(', ')}]` : typeOf(type, shape);
}

function attributes({ attributes: all }: Node): string {
  const entries = Object.entries(all).map(([key, value]) => `${key}=${attribute(value)}`);
  return entries.length > 0 ? ` {${entries.join(', ')}}` : '';
}

function attribute(value: Attribute): string {
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  if ('float' in value) return String(value.float);
  return `[${('floats' in value ? value.floats : value).join(', ')}]`;
}
