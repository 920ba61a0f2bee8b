// Finds and reads the numbers of the reference implementation, and compares a module with them: values and gradients.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ParameterStore, type Scope } from '@gpt-talker/nn';
import { type HostTensor } from '@gpt-talker/runtime';
import { registerGradients } from '@gpt-talker/tfjs-onnx';
import { type ArrayTensor } from '@gpt-talker/checkpoint';
import { readSafetensors } from '@gpt-talker/checkpoint';

// The Node build of tfjs-core comes without gradients.
registerGradients();
tf.enableProdMode();

export type Arrays = Map<string, ArrayTensor>;

/** Generous: other work may have the processor. */
const TIMEOUT_MILLISECONDS = 600_000;

const OWN = path.join(__dirname, 'fixtures');
const SHARED = path.join(__dirname, '../../../../shared/fixtures/parity');

/** Path of a parity file: PARITY_DIR, else this package's copies, else (files too large to copy) the folder beside the repository. */
export function parityFile(name: string): string | undefined {
  const folders = process.env.PARITY_DIR ? [process.env.PARITY_DIR] : [OWN, SHARED];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** `test`, or a skipped test that says which file is missing. */
export function testWith(file: string, name: string, run: () => void | Promise<void>): void {
  if (parityFile(file)) test(name, async () => run(), TIMEOUT_MILLISECONDS);
  else test.skip(`${name} (${file} is not here: set PARITY_DIR)`, () => undefined);
}

/**
 * As `testWith`, for what takes a minute on tfjs's CPU backend: left out unless PARITY_SLOW or PARITY_DIR is set. The same numbers
 * are checked traced in any case.
 */
export function slowTestWith(file: string, name: string, run: () => void | Promise<void>): void {
  if (process.env.PARITY_SLOW || process.env.PARITY_DIR) testWith(file, name, run);
  else test.skip(`${name} (slow: set PARITY_SLOW=1)`, () => undefined);
}

export function parityArrays(name: string): Arrays {
  const file = parityFile(name);
  if (!file) throw new Error(`${name} is not here: set PARITY_DIR`);
  return readSafetensors(readFileSync(file)).tensors;
}

/** Entries below a prefix, without it. */
export function below(arrays: Arrays, prefix: string): Arrays {
  return new Map(
    [...arrays].filter(([name]) => name.startsWith(prefix)).map(([name, array]) => [name.slice(prefix.length), array]),
  );
}

export function tensorOf(array: ArrayTensor | undefined, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor {
  if (!array) throw new Error('the parity file lacks a tensor');
  const numbers =
    dtype === 'int32'
      ? Int32Array.from(array.data as ArrayLike<number | bigint>, Number)
      : (array.data as Float32Array);
  return tf.tensor(numbers, array.shape, dtype);
}

export function inputs(arrays: Arrays): Record<string, tf.Tensor> {
  return Object.fromEntries(
    [...below(arrays, 'in.')].map(([name, array]) => [
      name,
      tensorOf(array, array.dtype.startsWith('int') ? 'int32' : 'float32'),
    ]),
  );
}

/** A module with the file's weights. */
export function loaded<M>(arrays: Arrays, make: (scope: Scope) => M): { module: M; store: ParameterStore } {
  const store = new ParameterStore({ initialize: false });
  const module = make(store.scope());
  store.load(below(arrays, 'param.'));
  return { module, store };
}

/** Fails where values or shape differ by more than the tolerance. */
export function expectClose(
  actual: tf.Tensor | HostTensor,
  expected: ArrayTensor | undefined,
  tolerance: number,
  what = '',
): void {
  if (!expected) throw new Error(`the parity file lacks ${what}`);
  const [values, shape] =
    actual instanceof tf.Tensor ? [actual.dataSync(), actual.shape] : [actual.data as Float32Array, actual.dims];
  expect([...shape]).toEqual(expected.shape);
  expect(values.length).toBe(expected.data.length);
  let worst = 0;
  for (let index = 0; index < values.length; index++) {
    const difference = Math.abs(values[index] - Number(expected.data[index]));
    worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
  }
  if (worst > tolerance) throw new Error(`${what} differs by ${worst}, more than ${tolerance}`);
}

/** Gradients, with respect to all weights of the file's `grad.…`, of the sum of outputs times cotangents. */
export function gradientsOf(
  store: ParameterStore,
  arrays: Arrays,
  outputs: () => Record<string, tf.Tensor>,
): { values: Record<string, tf.Tensor>; gradients: Record<string, tf.Tensor> } {
  const names = [...below(arrays, 'grad.').keys()];
  const cotangents = below(arrays, 'cotangent.');
  let values: Record<string, tf.Tensor> = {};
  const weighted = tf.grads((...weights: tf.Tensor[]) =>
    store.bind(Object.fromEntries(names.map((name, index) => [name, weights[index]])), () => {
      values = outputs();
      for (const value of Object.values(values)) tf.keep(value);
      return [...cotangents]
        .map(([name, cotangent]) => tf.sum(tf.mul(values[name], tensorOf(cotangent))))
        .reduce((sum, term) => tf.add(sum, term)) as tf.Scalar;
    }),
  );
  const gradients = weighted(names.map((name) => store.get(name).value));
  return { values, gradients: Object.fromEntries(names.map((name, index) => [name, gradients[index]])) };
}
