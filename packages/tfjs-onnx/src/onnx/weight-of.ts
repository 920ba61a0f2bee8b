// Which products of a graph have a constant matrix on the right: those that quantising replaces.
import { isConstant, type Node, type Value } from '../graph';

/** The constant matrix that a MatMul multiplies by, seen through a Transpose, where it has at least this many elements. */
export function weightOf(node: Node, minimumElements: number): { weight: Value; transposed: boolean } | undefined {
  if (node.op !== 'MatMul' || node.domain !== '') return undefined;
  const right = node.inputs[1]!;
  const source = right.node?.op === 'Transpose' ? right.node.inputs[0] : null;
  const weight = isConstant(right) ? right : source;
  if (!isConstant(weight) || weight.type !== 'float32' || weight.shape.length !== 2) return undefined;
  return weight.data.length >= minimumElements ? { weight, transposed: weight !== right } : undefined;
}
