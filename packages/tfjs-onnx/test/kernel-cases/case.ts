// What the kernel tests are made of: a function, its inputs, and what to differentiate by; and short ways to write them.
import * as tf from '@tensorflow/tfjs-core';

import { between, booleans, integers, random, type Tensors } from '../support';

export interface Case {
  readonly name: string;
  readonly fn: (inputs: Tensors) => tf.Tensor;
  readonly inputs: () => Tensors;
  /** Inputs to differentiate with respect to; none for functions without a gradient. */
  readonly by?: readonly string[];
}

export const engine = (name: string, inputs: Tensors, attributes: object = {}): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

/** A case with one float input x. */
export const one = (name: string, fn: (x: tf.Tensor) => tf.Tensor, x: () => tf.Tensor = () => random(3, 4)): Case => ({
  name,
  fn: (inputs) => fn(inputs.x),
  inputs: () => ({ x: x() }),
  by: ['x'],
});

/** A case with two float inputs that broadcast. */
export const two = (
  name: string,
  fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  a: () => tf.Tensor = () => random(2, 3, 4),
  b: () => tf.Tensor = () => random(3, 1),
): Case => ({
  name,
  fn: (inputs) => fn(inputs.a, inputs.b),
  inputs: () => ({ a: a(), b: b() }),
  by: ['a', 'b'],
});

export const withoutGradient = (testCase: Case): Case => ({ ...testCase, by: undefined });

/** A function without slope, joined to one that has: its gradient must be there, and be nothing. */
export const flat = (name: string, fn: (x: tf.Tensor) => tf.Tensor): Case =>
  one(
    name,
    (x) => tf.add(tf.cast(fn(x), 'float32'), x),
    () => tf.add(integers(-3, 3, 3, 4), 0.3),
  );

/** Away from zero, so that a small step does not cross a kink. */
export const awayFromZero =
  (...shape: number[]) =>
  (): tf.Tensor =>
    tf.mul(tf.sign(random(...shape)), between(0.2, 2, ...shape));

export const positive =
  (...shape: number[]) =>
  (): tf.Tensor =>
    between(0.5, 2, ...shape);

export const inside =
  (...shape: number[]) =>
  (): tf.Tensor =>
    between(-0.8, 0.8, ...shape);

export const compare = (name: string, fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case[] => [
  withoutGradient(
    two(
      `${name} of integers`,
      fn,
      () => integers(0, 3, 4, 5),
      () => integers(0, 3, 5),
    ),
  ),
  two(`${name}, joined to its operands`, (a, b) => tf.add(tf.add(tf.cast(fn(a, b), 'float32'), a), b)),
];

export const logical = (name: string, fn: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case[] => [
  { name, fn: ({ a, b }) => fn(a, b), inputs: () => ({ a: booleans(4, 5), b: booleans(5) }) },
  two(
    `${name} of comparisons`,
    (a, b) => tf.add(tf.cast(fn(tf.greater(a, 0), tf.greater(b, 0)), 'float32'), tf.add(a, b)),
    awayFromZero(4, 5),
    awayFromZero(4, 5),
  ),
];
