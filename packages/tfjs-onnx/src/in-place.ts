// Which outputs of a graph may be written where an input of the same name lies. A training step reads its state and writes it back:
// where every reader of an old value has surely finished before the new value is written, both can have the same memory.
import { elementCount, type Graph, type Node, readersOf, type Value } from './graph';

/** These make no memory of their own: their output is their input under another shape. */
const VIEWS = new Set(['Reshape', 'Squeeze', 'Unsqueeze', 'Flatten', 'Identity']);
/** Element i of the result depends on element i of the operands alone, and is written after they were read. */
const ELEMENTWISE = new Set([
  'Add',
  'Sub',
  'Mul',
  'Div',
  'Max',
  'Min',
  'Sum',
  'Neg',
  'Sqrt',
  'Abs',
  'Exp',
  'Relu',
  'Where',
]);

/**
 * How far it is followed what comes of an old value. An average is read right where the new one is made; a weight's way back to itself leads
 * through the whole graph, and looking for it took seconds. What is not found counts as not there, unless the new value waits for a single
 * number (a norm of all gradients, say): what that waits for is found once for all who wait for it.
 */
const FARTHEST = 1000;

type Readers = ReadonlyMap<Value, readonly Node[]>;
/** All nodes that have surely run when a value is there, by the value. */
type Makers = Map<Value, ReadonlySet<Node>>;

/** Names of the outputs that may be given the memory of the input that has the same name. */
export function namesInPlace(graph: Graph): ReadonlySet<string> {
  const readers = readersOf(graph);
  const makers: Makers = new Map();
  const old = new Map(graph.inputs.map(({ name, value }) => [name, value]));
  const allowed = graph.outputs.filter(({ name, value }) => {
    const read = old.get(name);
    return read !== undefined && read.type === value.type && isSafe(read, value, readers, makers);
  });
  return new Set(allowed.map(({ name }) => name));
}

function isSafe(old: Value, value: Value, readers: Readers, makers: Makers): boolean {
  const writer = value.node;
  if (!writer || writer.outputs[0] !== value || VIEWS.has(writer.op)) return false;
  const numbers = writer.inputs.filter((input): input is Value => input?.node !== undefined && isNumber(input));
  const isAwaited = (reader: Node) => numbers.some((number) => makersOf(number, makers).has(reader));
  const waiting = [old];
  for (let read = waiting.pop(); read; read = waiting.pop()) {
    for (const reader of readers.get(read) ?? []) {
      if (VIEWS.has(reader.op)) {
        waiting.push(reader.outputs[0]);
      } else if (reader === writer) {
        if (!ELEMENTWISE.has(writer.op) || elementCount(read.shape) !== elementCount(value.shape)) return false;
      } else if (!isAwaited(reader) && !leadsTo(reader, writer, readers)) return false;
    }
  }
  return true;
}

const isNumber = ({ shape }: Value): boolean => elementCount(shape) === 1;

function makersOf(value: Value, known: Makers): ReadonlySet<Node> {
  const found = known.get(value);
  if (found) return found;
  const makers = new Set<Node>();
  const waiting = [value.node];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (makers.has(node)) continue;
    makers.add(node);
    for (const input of node.inputs) if (input?.node) waiting.push(input.node);
  }
  known.set(value, makers);
  return makers;
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
