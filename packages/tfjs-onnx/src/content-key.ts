// A graph's contents in one short text: equal graphs have equal keys, no matter who recorded them and when.
import { createHash } from 'node:crypto';

import { constantsOf, type Graph, type Value } from './graph';

export function contentKey(graph: Graph): string {
  const hash = createHash('sha256');
  const ids = new Map<Value, number>();
  const id = (value: Value | null): number => {
    if (!value) return -1;
    let known = ids.get(value);
    if (known === undefined) ids.set(value, (known = ids.size));
    return known;
  };
  const lines: string[] = [];
  for (const { name, type, dims, value } of graph.inputs) lines.push(JSON.stringify([name, type, dims, id(value)]));
  for (const constant of constantsOf(graph)) {
    lines.push(`${id(constant)} ${constant.type} ${constant.shape.join()}`);
    const { data } = constant;
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  for (const { op, domain, inputs, outputs, attributes } of graph.nodes) {
    const made = outputs.map((output) => `${id(output)} ${output.type} ${output.shape.join()}`);
    lines.push(`${domain} ${op} ${inputs.map(id).join()} ${JSON.stringify(attributes)} ${made.join()}`);
  }
  for (const { name, type, dims, value } of graph.outputs) lines.push(JSON.stringify([name, type, dims, id(value)]));
  return hash.update(lines.join('\n')).digest('hex');
}
