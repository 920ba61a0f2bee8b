// How a kernel of the recording backend is written: a function from tensors and attributes to recorded values.
import type * as tf from '@tensorflow/tfjs-core';

import { type RecordingBackend } from '../backend';
import { TraceError } from '../errors';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';

export interface KernelCall {
  readonly builder: GraphBuilder;
  /** Named inputs; kernels with a list of inputs (Concat, Pack, AddN) find them under '0', '1', … */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  // tfjs does not type attributes per kernel; each kernel names what it reads.
  readonly attributes: Readonly<Record<string, unknown>>;
  /** The input's value in the input's full shape; of a complex tensor the real part. */
  materialize(tensor: tf.TensorInfo): Value;
  /** The input's value, perhaps with axes of length one that stand for longer ones: right for elementwise kernels. */
  compact(tensor: tf.TensorInfo): Value;
  /** The imaginary part of a complex tensor, in the tensor's full shape; undefined for others. */
  imaginary(tensor: tf.TensorInfo): Value | undefined;
  /** An error that says that this kernel cannot be recorded with `what`, and what to do. */
  unsupported(what: string, remedy: string): TraceError;
}

/** What a kernel returns: a value, a value that stands for a tensor of a larger shape by repetition, or the parts of complex numbers. */
export type KernelResult = Value | Broadcast | ComplexValue;

export interface Broadcast {
  readonly broadcast: Value;
  readonly shape: readonly number[];
}

export interface ComplexValue {
  readonly real: Value;
  readonly imaginary: Value;
}

export function isComplex(result: KernelResult): result is ComplexValue {
  return 'imaginary' in result;
}

export type Kernel = (call: KernelCall) => KernelResult | KernelResult[];

export type KernelTable = Readonly<Record<string, Kernel>>;

/** Wraps a kernel for `tf.registerKernel`. */
export function kernelFunction(name: string, kernel: Kernel, backend: () => RecordingBackend): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const recording = backend();
    const call: KernelCall = {
      builder: recording.builder,
      inputs: inputs as Record<string, tf.TensorInfo>,
      attributes: (attrs ?? {}) as Record<string, unknown>,
      materialize: (tensor) => recording.materialize(tensor),
      compact: (tensor) => recording.compact(tensor),
      imaginary: (tensor) => recording.imaginary(tensor),
      unsupported: (what, remedy) =>
        new TraceError('unsupported-op', `the tfjs op ${name} cannot be recorded with ${what}; ${remedy}`),
    };
    const tensor = (result: KernelResult): tf.TensorInfo => {
      if (isComplex(result)) return recording.complexTensor(result.real, result.imaginary);
      return 'broadcast' in result ? recording.tensor(result.broadcast, result.shape) : recording.tensor(result);
    };
    const results = kernel(call);
    return Array.isArray(results) ? results.map(tensor) : tensor(results);
  };
}

/** `axis` (a number, a list, or nothing for all axes) as a list of non-negative axes in ascending order. */
export function axesOf(axis: unknown, rank: number): number[] {
  const list =
    axis === undefined || axis === null
      ? Array.from({ length: rank }, (_, i) => i)
      : Array.isArray(axis)
        ? axis
        : [axis];
  return list.map((one: number) => (one < 0 ? one + rank : one)).sort((a, b) => a - b);
}
