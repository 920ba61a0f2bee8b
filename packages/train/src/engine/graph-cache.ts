// A function of tensors as graphs, one for each shape of what it is given: recorded and compiled when the shape first comes.
import type * as tf from '@tensorflow/tfjs-core';
import {
  compile,
  trace,
  type CompiledFunction,
  type CompileOptions,
  type Graph,
  type InputSpec,
} from '@gpt-talker/tfjs-onnx';
import { ShapeCache } from './shape-cache';

export class GraphCache extends ShapeCache<CompiledFunction> {
  /** @param constant inputs whose shapes never change */
  constructor(
    private readonly compute: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
    constant: readonly InputSpec[],
    private readonly options?: CompileOptions,
  ) {
    super(constant);
  }

  protected make(specs: readonly InputSpec[]): Promise<CompiledFunction> {
    return compile(traceFor(this.compute, specs, this.options), this.options);
  }
}

/** Records for where the options say that it will run. */
export function traceFor(
  compute: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  specs: readonly InputSpec[],
  options?: CompileOptions,
): Graph {
  return trace(compute, specs, { target: (options?.executionProviders?.[0] ?? 'cpu') === 'cpu' ? 'cpu' : 'gpu' });
}
