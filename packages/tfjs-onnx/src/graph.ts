// The graph that a trace produces: values, nodes and constants, close to ONNX but without names and bytes.
// A value is used by reference; names are given when the graph is written.
import { type CapturedStack } from './call-site';

export type ElementType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8' | 'int8' | 'float16';

export type ElementData = Float32Array | Int32Array | BigInt64Array | Uint8Array | Int8Array | Uint16Array;

/** A node attribute: an integer, a list of integers, a text, or floats (wrapped, because JavaScript cannot distinguish 1 from 1.0). */
export type Attribute =
  number | readonly number[] | string | { readonly float: number } | { readonly floats: readonly number[] };

export type Attributes = Readonly<Record<string, Attribute>>;

/** A tensor in the graph: an input, a constant, or one output of a node. */
export interface Value {
  readonly type: ElementType;
  /** As recorded. Where lengths are symbolic these are the sizes of the first recording. */
  readonly shape: readonly number[];
  /** The node that computes it; absent for inputs and constants. */
  node?: Node;
  /** Row-major elements of a constant (an initializer in the file). */
  data?: ElementData;
  /** Given for inputs, and for constants that the caller named. */
  name?: string;
  /** A constant that is stored as it is, however others are stored. */
  exact?: boolean;
}

export interface Node {
  readonly op: string;
  /** '' is ONNX's own operator set. */
  readonly domain: string;
  readonly inputs: (Value | null)[];
  readonly outputs: Value[];
  readonly attributes: Attributes;
  /** Outputs from the second on may be left out of the file where nobody uses them. */
  readonly optionalOutputs?: boolean;
  /** Where the traced function asked for it. */
  readonly site?: CapturedStack;
}

/** An input or output of a graph. A string is a symbolic length, `null` a length that has no name. */
export interface GraphPort {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string | null)[];
  readonly value: Value;
}

/** A recorded function: made by {@link trace}, taken by {@link compile} and {@link exportOnnx}. */
export interface Graph {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
  /** In an order in which every node follows the nodes that it depends on. */
  readonly nodes: readonly Node[];
  /** The graph for people to read, one line a node. */
  toString(): string;
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function isConstant(value: Value | null | undefined): value is Value & { data: ElementData } {
  return value?.data !== undefined;
}

/** The constants that the graph's nodes and outputs refer to, each once, in order of first use. */
export function constantsOf(graph: Graph): (Value & { data: ElementData })[] {
  const constants = new Set<Value & { data: ElementData }>();
  for (const node of graph.nodes) for (const input of node.inputs) if (isConstant(input)) constants.add(input);
  for (const { value } of graph.outputs) if (isConstant(value)) constants.add(value);
  return [...constants];
}

/** Is it computed once, when the file is made or loaded? */
export function dependsOnConstantsOnly(value: Value): boolean {
  if (isConstant(value)) return true;
  return value.node !== undefined && value.node.inputs.every((input) => !input || dependsOnConstantsOnly(input));
}

/** The nodes that read a value, by the value. */
export function readersOf(graph: Graph): Map<Value, Node[]> {
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const input of node.inputs) {
      if (!input) continue;
      const known = readers.get(input);
      if (known) known.push(node);
      else readers.set(input, [node]);
    }
  }
  return readers;
}
