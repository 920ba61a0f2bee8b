// What the tests share: random inputs, and the comparison of a function computed eagerly with the same function traced.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

import { type HostTensor } from '../src/index';

import { compile, type CompileOptions, trace, type TracedFunction, type TraceOptions } from '../src/index';

export type Tensors = Record<string, tf.Tensor>;

let seed = 1;

/** Normally distributed numbers, different at every call, the same in every run. */
export function random(...shape: number[]): tf.Tensor {
  return tf.randomNormal(shape, 0, 1, 'float32', seed++);
}

/** Numbers from `low` to `high`. */
export function between(low: number, high: number, ...shape: number[]): tf.Tensor {
  return tf.randomUniform(shape, low, high, 'float32', seed++);
}

/** Whole numbers from `low` to below `high`. */
export function integers(low: number, high: number, ...shape: number[]): tf.Tensor {
  return tf.cast(tf.floor(between(low, high, ...shape)), 'int32');
}

export function booleans(...shape: number[]): tf.Tensor {
  return tf.greater(random(...shape), 0);
}

export function hostTensor(tensor: tf.Tensor): HostTensor {
  return {
    type: tensor.dtype as HostTensor['type'],
    data: tensor.dataSync() as HostTensor['data'],
    dims: tensor.shape,
  };
}

export function hostTensors(tensors: Tensors): Record<string, HostTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, hostTensor(tensor)]));
}

/** The largest difference, relative to numbers larger than one. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = actual.length === expected.length ? 0 : Infinity;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i]));
    // NaN counts as different from everything but NaN.
    if (!(Number.isNaN(actual[i]) && Number.isNaN(expected[i])) && !(difference <= largest))
      largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** Traces `fn` at the inputs' shapes and runs it on them. */
export async function runTraced(
  fn: TracedFunction,
  inputs: Tensors,
  options?: CompileOptions & TraceOptions,
): Promise<Record<string, HostTensor>> {
  const specs = Object.entries(inputs).map(([name, tensor]) => ({
    name,
    shape: tensor.shape,
    dtype: tensor.dtype as 'float32',
  }));
  const compiled = await compile(trace(fn, specs, options), { intraOpThreads: 1, ...options });
  try {
    return await compiled.run(hostTensors(inputs));
  } finally {
    await compiled.dispose();
  }
}

/** Expects every output of the traced function to equal the eager one in type, shape and values. */
export async function expectTracedEqualsEager(
  fn: TracedFunction,
  inputs: Tensors,
  { tolerance = 2e-5, ...options }: TraceOptions & { tolerance?: number } = {},
): Promise<void> {
  const eager = fn(inputs);
  const traced = await runTraced(fn, inputs, options);
  for (const [name, expected] of Object.entries(eager)) {
    expect({ name, type: traced[name].type, dims: traced[name].dims }).toEqual({
      name,
      type: expected.dtype,
      dims: expected.shape,
    });
    expect(largestDifference(traced[name].data as ArrayLike<number>, expected.dataSync())).toBeLessThan(tolerance);
  }
}

/** The gradients of a weighted sum of `fn`'s result with respect to the named inputs, as a function to be traced. */
export function gradientsOf(
  fn: (inputs: Tensors) => tf.Tensor,
  names: readonly string[],
  weights: tf.Tensor,
): TracedFunction {
  return (inputs) => {
    const scalar = (...tensors: tf.Tensor[]): tf.Scalar => {
      const replaced = Object.fromEntries(names.map((name, index) => [name, tensors[index]]));
      return tf.sum(tf.mul(fn({ ...inputs, ...replaced }), weights));
    };
    const gradients = tf.grads(scalar)(names.map((name) => inputs[name]));
    return Object.fromEntries(names.map((name, index) => [`d_${name}`, gradients[index]]));
  };
}

/**
 * Expects the gradients, computed eagerly, to be the slope of `fn` along a random direction. Central differences in float32
 * are good to about one in a hundred, which every wrong formula misses.
 */
export function expectGradientIsSlope(
  fn: (inputs: Tensors) => tf.Tensor,
  names: readonly string[],
  inputs: Tensors,
  weights: tf.Tensor,
  step = 5e-3,
): void {
  const gradients = gradientsOf(fn, names, weights)(inputs);
  for (const name of names) {
    const direction = random(...inputs[name].shape);
    const at = (distance: number): Float32Array =>
      fn({ ...inputs, [name]: tf.add(inputs[name], tf.mul(direction, distance)) }).dataSync() as Float32Array;
    const [ahead, behind, scale] = [at(step), at(-step), weights.dataSync()];
    // Summed in double precision: the difference of two large sums would lose what is being measured.
    const slope = ahead.reduce((sum, value, i) => sum + (value - behind[i]) * scale[i], 0) / (2 * step);
    const predicted = (gradients[`d_${name}`].dataSync() as Float32Array).reduce(
      (sum, value, i) => sum + value * direction.dataSync()[i],
      0,
    );
    expect({
      name,
      error: Math.abs(predicted - slope) / Math.max(1, Math.abs(slope)) < 0.02 ? 'small' : `${predicted} ≠ ${slope}`,
    }).toEqual({ name, error: 'small' });
  }
}
