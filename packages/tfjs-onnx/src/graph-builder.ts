// Collects ONNX nodes while a TensorFlow.js function runs. Kernels and fused ops write through this class only.
import { captureStack, type CapturedStack } from './call-site';
import { type Attributes, type ElementData, elementCount, type ElementType, type Node, type Value } from './graph';

export interface NodeOptions {
  readonly attributes?: Attributes;
  /** Default: ONNX's own operator set. */
  readonly domain?: string;
  /** The operator may leave out its outputs from the second on. */
  readonly optionalOutputs?: boolean;
}

/** Type and shape of a node's output. */
export interface OutputSpec {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** What a graph is meant to run on. */
export type Target = 'cpu' | 'gpu';

export class GraphBuilder {
  /**
   * @param withSites remember for every node which line of the traced function asked for it
   * @param nodes where nodes are appended
   * @param target what the graph is meant for, where it can be written in several ways
   */
  constructor(
    private readonly withSites: boolean,
    readonly nodes: Node[] = [],
    readonly target: Target = 'cpu',
  ) {}

  /** Records a node with any number of outputs. `null` is an optional input that is left out. */
  record(op: string, inputs: (Value | null)[], outputs: readonly OutputSpec[], options: NodeOptions = {}): Value[] {
    const site: CapturedStack | undefined = this.withSites ? captureStack(this.record) : undefined;
    const node: Node = {
      op,
      domain: options.domain ?? '',
      inputs,
      outputs: outputs.map(({ type, shape }): Value => ({ type, shape })),
      attributes: options.attributes ?? {},
      optionalOutputs: options.optionalOutputs,
      site,
    };
    for (const output of node.outputs) output.node = node;
    this.nodes.push(node);
    return node.outputs;
  }

  /** Records a node with one output. */
  node(
    op: string,
    inputs: (Value | null)[],
    shape: readonly number[],
    type: ElementType,
    attributes?: Attributes,
    domain?: string,
  ): Value {
    return this.record(op, inputs, [{ type, shape }], { attributes, domain })[0];
  }

  constant(data: ElementData, shape: readonly number[], type: ElementType): Value {
    return { type, shape, data };
  }

  /** A list of int64, which is how ONNX wants shapes, axes and positions. */
  integers(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], 'int64');
  }

  /** One number of the given type, without axes. */
  scalar(value: number, type: ElementType): Value {
    return this.constant(typedArray(type, [value]), [], type);
  }

  /** `value` with its axes as `shape` says; nothing is recorded where they already are. */
  reshape(value: Value, shape: readonly number[]): Value {
    if (sameShape(value.shape, shape)) return value;
    if (value.data?.length === 1) return this.constant(value.data, shape, value.type);
    return this.node('Reshape', [value, this.integers(shape)], shape, value.type);
  }

  transpose(value: Value, permutation: readonly number[]): Value {
    const shape = permutation.map((axis) => value.shape[axis]);
    // Moving axes of length one moves no elements.
    const moved = permutation.filter((axis) => value.shape[axis] !== 1);
    if (moved.every((axis, position) => position === 0 || moved[position - 1] < axis))
      return this.reshape(value, shape);
    return this.node('Transpose', [value], shape, value.type, { perm: permutation });
  }

  /** `value` repeated along its axes of length one until it has `shape`. */
  expand(value: Value, shape: readonly number[]): Value {
    return sameShape(value.shape, shape)
      ? value
      : this.node('Expand', [value, this.integers(shape)], shape, value.type);
  }

  cast(value: Value, type: ElementType): Value {
    return value.type === type ? value : this.node('Cast', [value], value.shape, type, { to: ONNX_TYPE[type] });
  }

  /** Elements `start, start + step, …` (`count` of them) of one axis; a negative step reads backwards. */
  slice(value: Value, axis: number, start: number, count: number, step = 1): Value {
    const shape = value.shape.map((size, position) => (position === axis ? count : size));
    const last = start + (count - 1) * step;
    const end = step > 0 ? last + 1 : last === 0 ? -Number.MAX_SAFE_INTEGER : last - 1;
    const inputs = [value, this.integers([start]), this.integers([end]), this.integers([axis]), this.integers([step])];
    return this.node('Slice', inputs, shape, value.type);
  }

  /** An elementwise node with two operands; ONNX broadcasts. */
  binary(op: string, a: Value, b: Value, type: ElementType = a.type, attributes?: Attributes): Value {
    const operands = [this.withRankOf(a, b), this.withRankOf(b, a)];
    return this.node(op, operands, broadcastShapes(a.shape, b.shape), type, attributes);
  }

  /**
   * A single number with as many axes as its partner, where the partner's last axis has length one: onnxruntime would take such a
   * partner's elements one by one beside a number of fewer axes, twenty times slower.
   */
  private withRankOf(value: Value, partner: Value): Value {
    const { shape } = partner;
    const isSlow =
      value.shape.length < shape.length && shape[shape.length - 1] === 1 && elementCount(value.shape) === 1;
    return isSlow ? this.reshape(value, Array<number>(shape.length).fill(1)) : value;
  }

  /** An elementwise node with one operand. */
  unary(op: string, x: Value, attributes?: Attributes, type: ElementType = x.type): Value {
    return this.node(op, [x], x.shape, type, attributes);
  }

  where(condition: Value, yes: Value, no: Value): Value {
    const shape = broadcastShapes(condition.shape, broadcastShapes(yes.shape, no.shape));
    return this.node('Where', [condition, yes, no], shape, yes.type);
  }

  /** A reduction whose axes are an input (operator set 18). */
  reduce(op: string, x: Value, axes: readonly number[], keepDims: boolean): Value {
    const inner = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
    const shape = keepDims ? inner : x.shape.filter((_, axis) => !axes.includes(axis));
    if (axes.length === 0) return x;
    return this.node(op, [x, this.integers(axes)], shape, x.type, { keepdims: keepDims ? 1 : 0 });
  }

  /** Batched matrix product over the last two axes, optionally of transposed operands. */
  matMul(a: Value, b: Value, transposeA = false, transposeB = false): Value {
    const left = transposeA ? this.swapLastAxes(a) : a;
    const right = transposeB ? this.swapLastAxes(b) : b;
    const batch = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2));
    const shape = [...batch, left.shape[left.shape.length - 2], right.shape[right.shape.length - 1]];
    return this.node('MatMul', [left, right], shape, a.type);
  }

  /**
   * [..., n, L] → [..., L, n], where n is a few and all numbers are finite: a product with an identity. onnxruntime transposes such
   * narrow matrices element by element, on one thread, five to ten times slower.
   */
  transposeFewRows(value: Value): Value {
    return this.matMul(value, this.diagonal(value.shape[value.shape.length - 2]), true);
  }

  /** [..., L, n] → [..., n, L] in the same way; `reversed` puts the last row first. */
  transposeFewColumns(value: Value, { reversed = false } = {}): Value {
    return this.matMul(this.diagonal(value.shape[value.shape.length - 1], reversed), value, false, true);
  }

  private diagonal(size: number, reversed = false): Value {
    const rows = Array.from({ length: size }, (_, row) => {
      const one = reversed ? size - 1 - row : row;
      return Array.from({ length: size }, (_, column) => (column === one ? 1 : 0));
    });
    return this.constant(Float32Array.from(rows.flat()), [size, size], 'float32');
  }

  private swapLastAxes(value: Value): Value {
    const axes = value.shape.map((_, axis) => axis);
    const last = axes.length - 1;
    [axes[last - 1], axes[last]] = [axes[last], axes[last - 1]];
    return this.transpose(value, axes);
  }
}

/** ONNX's numbers for element types (`TensorProto.DataType`). */
export const ONNX_TYPE: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

export function typedArray(type: ElementType, values: ArrayLike<number>): ElementData {
  switch (type) {
    case 'float32':
      return Float32Array.from(values);
    case 'int32':
      return Int32Array.from(values);
    case 'int64':
      return BigInt64Array.from(Array.from(values), BigInt);
    case 'int8':
      return Int8Array.from(values);
    case 'float16':
      return Uint16Array.from(values);
    default:
      return Uint8Array.from(values);
  }
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The shape that two operands have together, axes aligned from the last. They must fit (TensorFlow.js has checked). */
export function broadcastShapes(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    return left === 1 ? right : left;
  });
}
