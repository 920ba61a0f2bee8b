// ln σ(x) as −softplus(−x), and its slope as 1 − σ(x). onnxruntime's Sigmoid is 0 below −18: the logarithm of that is −∞ where −18 is meant,
// and the slope, which tfjs computes as 1/σ · σ(1 − σ), is no number.
import { type Graph, isConstant, type Node, type Value } from '../graph';
import { GraphBuilder } from '../graph-builder';
import { Rewriter } from './rewrite';

export function stabilizeLogSigmoid(graph: Graph): Graph {
  const rewriter = new Rewriter();
  const builder = new GraphBuilder(false, rewriter.nodes);
  for (const node of graph.nodes) {
    const x = node.op === 'Log' ? sigmoidOperand(node.inputs[0]) : undefined;
    if (x) {
      const negative = builder.unary('Neg', rewriter.resolve(x));
      rewriter.replace(node.outputs[0], builder.unary('Neg', builder.unary('Softplus', negative)));
      continue;
    }
    const slope = node.op === 'Mul' ? slopeOf(node) : undefined;
    if (slope) {
      const [gradient, rest] = slope.map((value) => rewriter.resolve(value));
      rewriter.replace(node.outputs[0], builder.binary('Mul', gradient, rest));
      continue;
    }
    rewriter.keep(node);
  }
  return rewriter.finish(graph);
}

/** x, of a value that is σ(x). */
function sigmoidOperand(value: Value | null): Value | undefined {
  const node = value?.node;
  return node?.op === 'Sigmoid' && node.domain === '' ? node.inputs[0]! : undefined;
}

/** dy and 1 − s, of a node (dy ÷ s) · (s · (1 − s)) in which s is a sigmoid. */
function slopeOf({ inputs: [left, right] }: Node): [Value, Value] | undefined {
  for (const [quotient, product] of [
    [left?.node, right?.node],
    [right?.node, left?.node],
  ]) {
    if (quotient?.op !== 'Div' || product?.op !== 'Mul') continue;
    const [dy, s] = quotient.inputs as [Value, Value];
    if (!sigmoidOperand(s)) continue;
    const others = product.inputs.filter((input) => input !== s);
    const rest = others[0]?.node;
    if (others.length !== 1 || rest?.op !== 'Sub' || rest.inputs[1] !== s || !isOne(rest.inputs[0])) continue;
    return [dy, others[0]!];
  }
  return undefined;
}

function isOne(value: Value | null): boolean {
  return isConstant(value) && value.data.length === 1 && Number(value.data[0]) === 1;
}
