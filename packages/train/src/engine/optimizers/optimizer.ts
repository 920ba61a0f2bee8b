// What a training step asks of an optimiser: pure functions of tensors, so that the update is recorded into the same graph
// as the gradients, and runs eagerly just as well.
import type * as tf from '@tensorflow/tfjs-core';

/** A state tensor, zero at first. */
export interface Slot {
  /** Unique within the optimiser, for example `first_moment`. */
  readonly name: string;
  readonly shape: readonly number[];
}

/** Numbers that change from step to step (learning rate, bias corrections): a scalar, or a short vector. They enter the graph as inputs. */
export type Hyperparameters = Record<string, number | readonly number[]>;

export interface ParameterGradient {
  readonly name: string;
  readonly value: tf.Tensor;
  readonly gradient: tf.Tensor;
  readonly slots: Record<string, tf.Tensor>;
  /** Factor on the learning rate of this parameter's group. */
  readonly rateScale: number;
}

export interface UpdatedParameter {
  readonly value: tf.Tensor;
  readonly slots: Record<string, tf.Tensor>;
}

export interface Optimizer {
  /** State that a parameter of this shape needs. */
  slots(shape: readonly number[]): Slot[];
  /** State that all parameters share. */
  sharedSlots(): Slot[];
  /** Numbers of the given step (counted from 1) at the given learning rate. */
  hyperparameters(step: number, learningRate: number): Hyperparameters;
  /** New values and state of all parameters, in the given order. */
  update(
    parameters: readonly ParameterGradient[],
    shared: Record<string, tf.Tensor>,
    hyperparameters: Record<string, tf.Tensor>,
  ): { parameters: UpdatedParameter[]; shared: Record<string, tf.Tensor> };
}
