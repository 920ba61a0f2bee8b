// Convolutions over time, [1, C, T], written as convolutions over planes of height one, [1, C, 1, T]: onnxruntime puts the channels of
// constant kernels into blocks as long as the processor's registers, but only where there are two axes, and computes one over time by
// copying its input once for each element of the kernel. What stands between convolutions is written over planes too.
import { elementCount, type Graph, isConstant, type Node, type Value } from '../graph';
import { GraphBuilder } from '../graph-builder';
import { Rewriter } from '../passes/rewrite';

const PLANE_AXIS = 2;
const UNARY = new Set(['LeakyRelu', 'Relu', 'Tanh', 'Sigmoid', 'Neg', 'Exp']);
const BINARY = new Set(['Add', 'Sub', 'Mul', 'Div']);
/** Attributes with a number for each axis. */
const PER_AXIS = ['dilations', 'strides', 'kernel_shape'];

export function convolvePlanes(graph: Graph): Graph {
  if (!graph.nodes.some(isConvolutionOverTime)) return graph;
  const rewriter = new Rewriter();
  const builder = new GraphBuilder(false, rewriter.nodes);
  /** Values of the old graph, over planes. */
  const planes = new Map<Value, Value>();
  /** Those of them that the new graph makes over planes. */
  const made = new Set<Value>();

  const withPlane = (value: Value): Value => {
    const known = planes.get(value);
    if (known) return known;
    const shape = planeShape(value.shape);
    const plane = isConstant(value)
      ? namedAs(value, builder.constant(value.data, shape, value.type))
      : builder.node('Unsqueeze', [overTime(value), builder.integers([PLANE_AXIS])], shape, value.type);
    planes.set(value, plane);
    return plane;
  };
  const overTime = (value: Value): Value => {
    const resolved = rewriter.resolve(value);
    if (resolved !== value || !made.has(value)) return resolved;
    const axes = builder.integers([PLANE_AXIS]);
    const back = builder.node('Squeeze', [planes.get(value)!, axes], value.shape, value.type);
    rewriter.replace(value, back);
    return back;
  };
  const replaceByPlane = (node: Node, inputs: (Value | null)[], attributes = node.attributes): void => {
    const [output] = node.outputs;
    const { op, domain } = node;
    planes.set(output, builder.node(op, inputs, planeShape(output.shape), output.type, attributes, domain));
    made.add(output);
  };

  for (const node of graph.nodes) {
    const { inputs } = node;
    if (isConvolutionOverTime(node)) {
      const [x, kernel, ...bias] = inputs as Value[];
      const operands = [withPlane(x), withPlane(kernel), ...bias.map((each) => rewriter.resolve(each))];
      replaceByPlane(node, operands, planeAttributes(node));
    } else if (isElementwise(node) && inputs.some((input) => made.has(input!))) {
      replaceByPlane(
        node,
        inputs.map((input) => (input!.shape.length === 3 ? withPlane(input!) : rewriter.resolve(input!))),
      );
    } else {
      for (const input of inputs) if (input) overTime(input);
      rewriter.keep(node);
    }
  }
  for (const { value } of graph.outputs) overTime(value);
  return rewriter.finish(graph);
}

function isConvolutionOverTime({ op, domain, inputs: [, kernel] }: Node): boolean {
  return op === 'Conv' && domain === '' && isConstant(kernel) && kernel.shape.length === 3;
}

/** Element by element over [1, C, T], where other operands are of three axes or one number. */
function isElementwise({ op, domain, inputs, outputs: [output] }: Node): boolean {
  if (domain !== '' || output.shape.length !== 3) return false;
  if (UNARY.has(op)) return true;
  if (!BINARY.has(op)) return false;
  return inputs.every((input) => input!.shape.length === 3 || (isConstant(input) && elementCount(input.shape) === 1));
}

function planeShape([batch, channels, time]: readonly number[]): number[] {
  return [batch, channels, 1, time];
}

function planeAttributes({ attributes }: Node): Node['attributes'] {
  const entries = Object.entries(attributes).map(([name, value]) => {
    if (PER_AXIS.includes(name)) return [name, [1, ...(value as readonly number[])]];
    if (name !== 'pads') return [name, value];
    const [before, after] = value as readonly number[];
    return [name, [0, before, 0, after]];
  });
  return Object.fromEntries(entries);
}

function namedAs(original: Value, copy: Value): Value {
  copy.name = original.name;
  return copy;
}
