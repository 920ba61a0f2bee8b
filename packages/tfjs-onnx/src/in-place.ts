// Which outputs of a graph may be written where an input of the same name lies. A training step reads its state and writes it back:
// where every reader of an old value has surely finished before the new value is written, both can have the same memory.
import { elementCount, type Graph, type Node, readersOf, type Value } from './graph';

/** These make no memory of their own: their output is their input under another shape. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);
/** Element i of the result depends on element i of the operands alone, and is written after they were read. */
const ELEMENTWISE = new Set(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min', 'Sum', 'Neg', 'Sqrt', 'Abs', 'Exp', 'Relu']);

/**
 * How far it is followed what comes of an old value. An average is read right where the new one is made; a weight's way back to itself leads
 * through the whole graph, and looking for it took seconds. What is not found counts as not there.
 */
const FARTHEST = 1000;

type Readers = ReadonlyMap<Value, readonly Node[]>;

/** Names of the outputs that may be given the memory of the input that has the same name. */
export function namesInPlace(graph: Graph): ReadonlySet<string> {
  const readers = readersOf(graph);
  const old = new Map(graph.inputs.map(({ name, value }) => [name, value]));
  const allowed = graph.outputs.filter(({ name, value }) => {
    const read = old.get(name);
    return read !== undefined && read.type === value.type && isSafe(read, value, readers);
  });
  return new Set(allowed.map(({ name }) => name));
}

function isSafe(old: Value, value: Value, readers: Readers): boolean {
  const writer = value.node;
  if (!writer || writer.outputs[0] !== value || VIEWS.has(writer.op)) return false;
  const waiting = [old];
  for (let read = waiting.pop(); read; read = waiting.pop()) {
    for (const reader of readers.get(read) ?? []) {
      if (VIEWS.has(reader.op)) {
        waiting.push(reader.outputs[0]);
      } else if (reader === writer) {
        if (!ELEMENTWISE.has(writer.op) || elementCount(read.shape) !== elementCount(value.shape)) return false;
      } else if (!leadsTo(reader, writer, readers)) return false;
    }
  }
  return true;
}

/** Must `first` surely have run before `last` can? */
function leadsTo(first: Node, last: Node, readers: Readers): boolean {
  const seen = new Set([first]);
  const waiting = [first];
  for (let node = waiting.pop(); node && seen.size < FARTHEST; node = waiting.pop()) {
    for (const output of node.outputs) {
      for (const next of readers.get(output) ?? []) {
        if (next === last) return true;
        if (seen.has(next)) continue;
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  return false;
}
