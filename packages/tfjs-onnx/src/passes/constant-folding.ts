// Computes what depends on constants alone (weight normalisation, transposed weights) when a graph is exported, so that the
// file holds the weights in the form in which they are used. onnxruntime would do it at every load, too late for quantising.
import {
  elementCount,
  type ElementData,
  type ElementType,
  type Graph,
  isConstant,
  type Node,
  type Value,
} from '../graph';
import { broadcastShapes, typedArray } from '../graph-builder';
import { Rewriter } from './rewrite';

type Constant = Value & { data: ElementData };

/** Results up to this size may be larger than what they are computed from. */
const SMALL = 4096;

export function foldConstants(graph: Graph): Graph {
  const uses = countUses(graph);
  const rewriter = new Rewriter();
  for (const node of graph.nodes) {
    const inputs = rewriter.inputsOf(node);
    const folded = inputs.every((input): input is Constant => isConstant(input)) ? fold(node, inputs, uses) : undefined;
    if (folded) rewriter.replace(node.outputs[0], folded);
    else rewriter.keep(node);
  }
  return rewriter.finish(graph);
}

function countUses(graph: Graph): Map<Value, number> {
  const uses = new Map<Value, number>();
  for (const node of graph.nodes)
    for (const input of node.inputs) if (input) uses.set(input, (uses.get(input) ?? 0) + 1);
  return uses;
}

function fold(node: Node, inputs: readonly Constant[], uses: ReadonlyMap<Value, number>): Constant | undefined {
  const evaluate = node.domain === '' ? EVALUATORS[node.op] : undefined;
  if (!evaluate || node.outputs.length !== 1) return undefined;
  const available = inputs.reduce((total, input) => total + input.data.length, 0);
  const size = elementCount(node.outputs[0].shape);
  if (size > SMALL && size > available) return undefined;
  // A large weight that is also used as it is (a tied embedding) would be in the file twice.
  if (node.op === 'Transpose' && size > SMALL && (uses.get(node.inputs[0]!) ?? 0) > 1) return undefined;
  const [{ type, shape }] = node.outputs;
  const result = evaluate(inputs, node);
  return result && { type, shape, data: result };
}

type Evaluator = (inputs: readonly Constant[], node: Node) => ElementData | undefined;

/**
 * Walks over a tensor of shape `shape` row by row (along the last axis): `visit` is told where the row lies in the tensor itself
 * and where it starts in each operand, which is read with its own strides.
 */
function eachRow(
  shape: readonly number[],
  operands: readonly (readonly number[])[],
  visit: (row: number, starts: readonly number[]) => void,
): void {
  const width = shape[shape.length - 1] ?? 1;
  const starts = operands.map(() => 0);
  const index = shape.map(() => 0);
  const size = elementCount(shape);
  for (let row = 0; row < size; row += width) {
    visit(row, starts);
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      index[axis]++;
      operands.forEach((strides, k) => (starts[k] += strides[axis]));
      if (index[axis] < shape[axis]) break;
      operands.forEach((strides, k) => (starts[k] -= strides[axis] * shape[axis]));
      index[axis] = 0;
    }
  }
}

/** The stride of the last axis. */
function stepOf(strides: readonly number[]): number {
  return strides[strides.length - 1] ?? 0;
}

function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** Strides with which an operand is read where it is broadcast to `shape`. */
function broadcastStrides(operand: readonly number[], shape: readonly number[]): number[] {
  const own = stridesOf(operand);
  const missing = shape.length - operand.length;
  return shape.map((_, axis) => (axis < missing || operand[axis - missing] === 1 ? 0 : own[axis - missing]));
}

const unary =
  (compute: (x: number) => number): Evaluator =>
  ([x]) =>
    x.type === 'float32' ? (x.data as Float32Array).map(compute) : undefined;

const binary =
  (compute: (a: number, b: number) => number): Evaluator =>
  ([a, b]) => {
    if (a.type !== 'float32' || b.type !== 'float32') return undefined;
    const shape = broadcastShapes(a.shape, b.shape);
    const result = new Float32Array(elementCount(shape));
    const strides = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
    const [leftStep, rightStep] = strides.map(stepOf);
    const [left, right] = [a.data as Float32Array, b.data as Float32Array];
    const width = shape[shape.length - 1] ?? 1;
    eachRow(shape, strides, (row, [l, r]) => {
      for (let i = 0; i < width; i++) result[row + i] = compute(left[l + i * leftStep], right[r + i * rightStep]);
    });
    return result;
  };

const reduceSum =
  ({ average = false, squares = false } = {}): Evaluator =>
  ([x, axes], node) => {
    if (x.type !== 'float32') return undefined;
    const reduced = Array.from(axes.data as ArrayLike<bigint>, Number);
    const kept = x.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size));
    // Sums of many small squares: collected in double precision, rounded once.
    const sums = new Float64Array(elementCount(node.outputs[0].shape));
    const target = broadcastStrides(kept, x.shape);
    const step = stepOf(target);
    const width = x.shape[x.shape.length - 1] ?? 1;
    const data = x.data as Float32Array;
    eachRow(x.shape, [target], (row, [start]) => {
      for (let i = 0; i < width; i++) sums[start + i * step] += squares ? data[row + i] ** 2 : data[row + i];
    });
    const count = average ? data.length / sums.length : 1;
    return Float32Array.from(sums, (sum) => sum / count);
  };

/** The same elements, read with other strides from a start position. */
function gathered(x: Constant, shape: readonly number[], strides: readonly number[], from = 0): ElementData {
  const data = emptyLike(x, elementCount(shape));
  const step = stepOf(strides);
  const width = shape[shape.length - 1] ?? 1;
  eachRow(shape, [strides], (row, [start]) => {
    for (let i = 0; i < width; i++) data[row + i] = x.data[from + start + i * step];
  });
  return data;
}

function emptyLike(x: Constant, length: number): ElementData {
  return new (x.data.constructor as new (length: number) => ElementData)(length);
}

const transpose: Evaluator = ([x], node) => {
  const strides = stridesOf(x.shape);
  return gathered(
    x,
    node.outputs[0].shape,
    (node.attributes.perm as number[]).map((axis) => strides[axis]),
  );
};

const slice: Evaluator = ([x, starts, , axes, steps], node) => {
  const strides = stridesOf(x.shape);
  let start = 0;
  const read = [...strides];
  Array.from(axes.data as ArrayLike<bigint>, Number).forEach((axis, k) => {
    const step = Number(steps?.data[k] ?? 1);
    const from = Number(starts.data[k]);
    const first = Math.min(from < 0 ? from + x.shape[axis] : from, x.shape[axis] - 1);
    start += first * strides[axis];
    read[axis] = strides[axis] * step;
  });
  return gathered(x, node.outputs[0].shape, read, start);
};

const concat: Evaluator = (inputs, node) => {
  const axis = node.attributes.axis as number;
  const [{ shape }] = node.outputs;
  const result = emptyLike(inputs[0], elementCount(shape));
  const inner = elementCount(shape.slice(axis + 1));
  const outer = elementCount(shape.slice(0, axis));
  let offset = 0;
  for (const input of inputs) {
    const run = input.shape[axis] * inner;
    for (let row = 0; row < outer; row++) {
      result.set(input.data.subarray(row * run, (row + 1) * run) as never, row * shape[axis] * inner + offset);
    }
    offset += run;
  }
  return result;
};

const cast: Evaluator = ([x], node) => {
  const { type } = node.outputs[0];
  const plain: readonly ElementType[] = ['float32', 'int32', 'int64'];
  if (!plain.includes(type) || !(plain.includes(x.type) || x.type === 'bool')) return undefined;
  const numbers = Array.from(x.data as ArrayLike<number | bigint>, Number);
  return typedArray(type, type === 'float32' ? numbers : numbers.map(Math.trunc));
};

const EVALUATORS: Readonly<Record<string, Evaluator>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Max: binary(Math.max),
  Min: binary(Math.min),
  Neg: unary((x) => -x),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Exp: unary(Math.exp),
  Tanh: unary(Math.tanh),
  ReduceSum: reduceSum(),
  ReduceSumSquare: reduceSum({ squares: true }),
  ReduceMean: reduceSum({ average: true }),
  Identity: ([x]) => x.data,
  Reshape: ([x]) => x.data,
  Expand: ([x], node) => gathered(x, node.outputs[0].shape, broadcastStrides(x.shape, node.outputs[0].shape)),
  Transpose: transpose,
  Slice: slice,
  Concat: concat,
  Cast: cast,
};
