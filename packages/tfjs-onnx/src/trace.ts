// trace(): runs a TensorFlow.js function once (or, for symbolic lengths, once per size) on the recording backend and returns
// the graph of what it did.
import * as tf from '@tensorflow/tfjs-core';

import { CapturedConstants, elementType, type RecordingBackend } from './backend';
import { callSite } from './call-site';
import { TraceError } from './errors';
import { type Graph, type GraphPort, type Value } from './graph';
import { mergeRecordings } from './symbolic-shapes/merge';
import { type InputSpec, type Recording } from './symbolic-shapes/recording';
import { lengthAt, type LengthOptions, parseLength, planSizes, type Sizes, symbolsOf } from './symbolic-shapes/sizes';
import { simplify } from './passes/index';
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
 * Eager tensors that `fn` uses become constants of the graph. `fn` is called several times where lengths are symbolic; it must
 * do the same each time, and must not keep tensors.
 * @throws TraceError naming the op and the line of `fn` that asked for it
 */
export function trace(fn: TracedFunction, inputs: readonly InputSpec[], options: TraceOptions = {}): Graph {
  checkNames(inputs);
  const symbols = symbolsIn(inputs);
  const points = planSizes(symbols, options.lengths ?? {});
  const constants = new CapturedConstants(options.constantNames);
  const recordings = withRecordingBackend((backend) =>
    points.map((sizes, index) => {
      const builder = new GraphBuilder(index === 0, [], options.target);
      return record(backend, fn, inputs, sizes, constants, builder);
    }),
  );
  if (symbols.length === 0) return simplify(fixedGraph(inputs, recordings[0]));
  return simplify(mergeRecordings(inputs, symbols, recordings));
}

function checkNames(inputs: readonly InputSpec[]): void {
  const seen = new Set<string>();
  for (const { name } of inputs) {
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
      for (const [name, tensor] of Object.entries(callTraced(fn, tensors)))
        outputs[name] = outputValue(backend, name, tensor);
      checkVariables(backend);
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
  elementType(tensor.dtype);
  return backend.materialize(tensor);
}

/** A variable that was assigned to has lost its values to a tensor without any. */
function checkVariables(backend: RecordingBackend): void {
  for (const variable of Object.values(tf.engine().state.registeredVariables)) {
    if (tf.engine().state.tensorInfo.get(variable.dataId)?.backend === backend) {
      throw new TraceError(
        'invalid-argument',
        `the traced function assigns to the variable ${variable.name}; return the new value as an output instead`,
      );
    }
  }
}

function fixedGraph(specs: readonly InputSpec[], recording: Recording): Graph {
  const inputs = specs.map((spec, index): GraphPort => port(spec.name, recording.inputs[index]));
  const outputs = Object.entries(recording.outputs).map(([name, value]) => port(name, value));
  return { inputs, outputs, nodes: recording.nodes };
}

function port(name: string, value: Value): GraphPort {
  return { name, type: value.type, dims: value.shape, value };
}
