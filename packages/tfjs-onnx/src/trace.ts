// trace(): runs a TensorFlow.js function once (or, for symbolic lengths, once per size) on the recording backend and returns
// the graph of what it did.
import * as tf from '@tensorflow/tfjs-core';

import { CapturedConstants, elementType, type RecordingBackend } from './backend';
import { callSite } from './call-site';
import { checkTensorflow } from './check-tensorflow';
import { TraceError } from './errors';
import { formatGraph } from './format-graph';
import { type Graph, type GraphPort, type Value } from './graph';
import { withGuardedVariables } from './guarded-variables';
import { mergeRecordings } from './symbolic-shapes/merge';
import { type InputSpec, type Recording } from './symbolic-shapes/recording';
import { lengthAt, type LengthOptions, parseLength, planSizes, type Sizes, symbolsOf } from './symbolic-shapes/sizes';
import { simplify } from './passes/index';
import { checkRepeatable } from './repeatability';
import { reachableNodes } from './passes/dce';
import { type Target, GraphBuilder } from './graph-builder';
import { withRecordingBackend } from './register';

export type TracedFunction = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;

export interface TraceOptions {
  /** What symbolic lengths may be, by name. */
  readonly lengths?: Readonly<Record<string, LengthOptions>>;
  /** Names for eager tensors that the function uses: what their initializers are called in the file. */
  readonly constantNames?: Readonly<Record<string, tf.Tensor>>;
  /** The graph runs everywhere; here it is fast. Decides how gradients of convolutions are written. Default `cpu`. */
  readonly target?: Target;
}

/**
 * Records what `fn` computes, gradients and optimiser updates included, as a graph.
 *
 * Eager tensors that `fn` uses become constants of the graph. `fn` is called twice, and more often where lengths are symbolic; it must
 * do the same each time, and must not keep tensors.
 * @throws TraceError naming the op and the line of `fn` that asked for it
 */
export function trace(fn: TracedFunction, inputs: readonly InputSpec[], options: TraceOptions = {}): Graph {
  checkTensorflow();
  checkSpecs(inputs);
  const symbols = symbolsIn(inputs);
  const points = planSizes(symbols, options.lengths ?? {});
  const constants = new CapturedConstants(options.constantNames);
  const build = (withSites: boolean): Graph => {
    const recordings = recordAll(fn, inputs, points, constants, { withSites, target: options.target });
    return symbols.length === 0 ? fixedGraph(inputs, recordings[0]) : mergeRecordings(inputs, symbols, recordings);
  };
  try {
    return readable(simplify(build(false)));
  } catch (error) {
    // Where each op was asked for is dear to remember, and only wanted where something is wrong with one.
    if (!(error instanceof TraceError) || !NAMES_AN_OP.has(error.code)) throw error;
    return readable(simplify(build(true)));
  }
}

const NAMES_AN_OP: ReadonlySet<string> = new Set(['not-repeatable', 'symbolic-length']);

function recordAll(
  fn: TracedFunction,
  inputs: readonly InputSpec[],
  points: readonly Sizes[],
  constants: CapturedConstants,
  { withSites, target }: { withSites: boolean; target?: Target },
): Recording[] {
  return withRecordingBackend((backend) => {
    const at = (sizes: Sizes, isFirst: boolean): Recording =>
      record(backend, fn, inputs, sizes, constants, new GraphBuilder(withSites && isFirst, [], target));
    const [first, ...others] = points;
    const recorded = at(first, true);
    checkRepeatable(recorded, at(first, false));
    return [recorded, ...others.map((sizes) => at(sizes, false))];
  });
}

/** Not enumerable: what copies a graph to change it does not copy the old text. */
function readable(graph: Graph): Graph {
  return Object.defineProperty(graph, 'toString', { value: () => formatGraph(graph), enumerable: false });
}

function checkSpecs(inputs: readonly InputSpec[]): void {
  const seen = new Set<string>();
  for (const { name, shape } of inputs) {
    const wrong = shape.find((length) => typeof length === 'number' && !(Number.isInteger(length) && length >= 0));
    if (wrong !== undefined)
      throw new TraceError(
        'invalid-argument',
        `the input ${name} has the shape [${shape}]; ${wrong} is no length: give whole numbers from 0 on, or a name for a length that varies`,
      );
    if (seen.has(name))
      throw new TraceError('invalid-argument', `two inputs are called ${name}; give each its own name`);
    seen.add(name);
  }
}

/** The names of lengths. Each must be the whole length of some axis: that is where the graph reads it. */
function symbolsIn(inputs: readonly InputSpec[]): string[] {
  const lengths = inputs.flatMap((input) =>
    input.shape.filter((length): length is string => typeof length === 'string'),
  );
  const symbols = [...new Set(lengths.flatMap((length) => symbolsOf(parseLength(length))))];
  for (const symbol of symbols) {
    if (!lengths.includes(symbol)) {
      throw new TraceError(
        'invalid-argument',
        `the length ${symbol} occurs only within other lengths; give some input an axis of length ${symbol}`,
      );
    }
  }
  return symbols;
}

function record(
  backend: RecordingBackend,
  fn: TracedFunction,
  specs: readonly InputSpec[],
  sizes: Sizes,
  constants: CapturedConstants,
  builder: GraphBuilder,
): Recording {
  const inputs = specs.map((spec): Value => ({
    type: spec.dtype ?? 'float32',
    shape: spec.shape.map((length) => lengthAt(length, sizes)),
    name: spec.name,
  }));
  const outputs: Record<string, Value> = {};
  backend.recording(builder, constants, () => {
    tf.engine().startScope('trace');
    try {
      const tensors = Object.fromEntries(
        inputs.map((value) => [value.name, tf.engine().makeTensorFromTensorInfo(backend.tensor(value))]),
      );
      const results = withGuardedVariables(() => callTraced(fn, tensors));
      for (const [name, tensor] of Object.entries(results)) outputs[name] = outputValue(backend, name, tensor);
    } finally {
      tf.engine().endScope();
    }
  });
  return { sizes, inputs, outputs, nodes: reachableNodes(builder.nodes, Object.values(outputs)) };
}

function callTraced(fn: TracedFunction, tensors: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  let outputs: Record<string, tf.Tensor>;
  try {
    outputs = fn(tensors);
  } catch (error) {
    const unknown = /[Kk]ernel '([^']+)'.*backend/.exec(error instanceof Error ? error.message : '');
    if (!unknown) throw error;
    throw new TraceError(
      'unsupported-op',
      `the tfjs op ${unknown[1]}, called at ${callSite(error as Error)}, has no mapping to ONNX; write it with other ops, or give it one with defineFusedOp`,
      { cause: error },
    );
  }
  if (typeof outputs !== 'object' || outputs === null || outputs instanceof Promise || outputs instanceof tf.Tensor) {
    throw new TraceError(
      'invalid-argument',
      'the traced function must return an object of tensors by name, not a tensor or a promise',
    );
  }
  return outputs;
}

function outputValue(backend: RecordingBackend, name: string, tensor: tf.Tensor): Value {
  if (!(tensor instanceof tf.Tensor)) {
    throw new TraceError(
      'invalid-argument',
      `the traced function returned ${String(tensor)} as ${name}; every output must be a tensor`,
    );
  }
  if (tensor.dtype === 'complex64')
    throw new TraceError(
      'unsupported-op',
      `the output ${name} is complex; ONNX has no complex tensors: return tf.real and tf.imag of it`,
    );
  elementType(tensor.dtype);
  return backend.materialize(tensor);
}

function fixedGraph(specs: readonly InputSpec[], recording: Recording): Graph {
  const inputs = specs.map((spec, index): GraphPort => port(spec.name, recording.inputs[index]));
  const outputs = Object.entries(recording.outputs).map(([name, value]) => port(name, value));
  return { inputs, outputs, nodes: recording.nodes };
}

function port(name: string, value: Value): GraphPort {
  return { name, type: value.type, dims: value.shape, value };
}
