// Does a traced function do the same when it is called again? What it draws at random, reads from a clock or counts outside would be
// frozen into the graph as it was the first time: so every function is recorded once more at the same sizes, and compared.
import { callSite } from './call-site';
import { TraceError } from './errors';
import { isConstant, type Node, type Value } from './graph';
import { sameConstant, sameOperation } from './same';
import { type Recording } from './symbolic-shapes/recording';

/** @throws TraceError `not-repeatable` naming the first op that differs, and where the function asked for it */
export function checkRepeatable(first: Recording, second: Recording): void {
  const counterparts = new Map<Value, Value>(first.inputs.map((input, index) => [input, second.inputs[index]]));
  const isSame = (a: Value | null, b: Value | null | undefined): boolean => {
    if (!a || !b) return a === (b ?? null);
    if (counterparts.get(a) === b) return true;
    if (!isConstant(a) || !isConstant(b) || !sameConstant(a, b)) return false;
    // Many nodes read it.
    counterparts.set(a, b);
    return true;
  };
  first.nodes.forEach((node, index) => {
    const other = second.nodes[index];
    if (!sameOperation(node, other)) throw differs(node, 'it calls other ops');
    const position = node.inputs.findIndex((input, k) => !isSame(input, other.inputs[k]));
    if (position >= 0) throw differs(node, `its input ${position} is ${shown(node, other, position)}`);
    node.outputs.forEach((output, k) => counterparts.set(output, other.outputs[k]));
  });
  for (const [name, value] of Object.entries(first.outputs)) {
    if (isSame(value, second.outputs[name])) continue;
    throw new TraceError('not-repeatable', `the traced function's output ${name} ${REASON}`);
  }
}

const REASON =
  'is not the same when the function is called again, and would be frozen as it was the first time; random numbers come in as inputs ' +
  'or from randomUniform, randomNormal and dropout of this package with a seed that is an input';

function differs(node: Node, what: string): TraceError {
  return new TraceError('not-repeatable', `the op ${node.op} at ${callSite(node.site)} (${what}) ${REASON}`);
}

function shown(node: Node, other: Node, position: number): string {
  const preview = (value: Value | null): string => {
    if (!isConstant(value)) return 'computed';
    const numbers = Array.from(value.data.subarray(0, 3) as ArrayLike<number | bigint>, String);
    return `[${numbers.join(' ')}${value.data.length > 3 ? ' …' : ''}]`;
  };
  return `first ${preview(node.inputs[position])}, then ${preview(other.inputs[position])}`;
}
