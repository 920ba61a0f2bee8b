// AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization"), with PyTorch's defaults.
import * as tf from '@tensorflow/tfjs-core';
import type { Hyperparameters, Optimizer, ParameterGradient, Slot, UpdatedParameter } from './optimizer';

export interface AdamWOptions {
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  /** Decoupled decay: every step takes `learningRate × weightDecay` of the value away. */
  weightDecay?: number;
  /** Which parameters decay; all by default, as in PyTorch. */
  decays?: (name: string, shape: readonly number[]) => boolean;
}

export class AdamW implements Optimizer {
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;
  private readonly weightDecay: number;
  private readonly decays: (name: string, shape: readonly number[]) => boolean;

  constructor({
    beta1 = 0.9,
    beta2 = 0.999,
    epsilon = 1e-8,
    weightDecay = 0.01,
    decays = () => true,
  }: AdamWOptions = {}) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.weightDecay = weightDecay;
    this.decays = decays;
  }

  slots(shape: readonly number[]): Slot[] {
    return [
      { name: 'first_moment', shape },
      { name: 'second_moment', shape },
    ];
  }

  sharedSlots(): Slot[] {
    return [];
  }

  hyperparameters(step: number, learningRate: number): Hyperparameters {
    return {
      learning_rate: learningRate,
      // Bias corrections are folded into two scalars: the step size and the factor on the root of the second moment.
      step_size: learningRate / (1 - this.beta1 ** step),
      second_moment_scale: 1 / Math.sqrt(1 - this.beta2 ** step),
    };
  }

  update(
    parameters: readonly ParameterGradient[],
    _shared: Record<string, tf.Tensor>,
    hyperparameters: Record<string, tf.Tensor>,
  ) {
    return { parameters: parameters.map((parameter) => this.updateOne(parameter, hyperparameters)), shared: {} };
  }

  private updateOne(
    { name, value, gradient, slots, rateScale }: ParameterGradient,
    hyperparameters: Record<string, tf.Tensor>,
  ): UpdatedParameter {
    const { beta1, beta2 } = this;
    const first = tf.add(tf.mul(slots.first_moment, beta1), tf.mul(gradient, 1 - beta1));
    const second = tf.add(tf.mul(slots.second_moment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const denominator = tf.add(tf.mul(tf.sqrt(second), hyperparameters.second_moment_scale), this.epsilon);
    const change = tf.mul(tf.div(first, denominator), tf.mul(hyperparameters.step_size, rateScale));
    const decay = this.decays(name, value.shape) ? this.weightDecay * rateScale : 0;
    const decayed = decay === 0 ? value : tf.mul(value, tf.sub(1, tf.mul(hyperparameters.learning_rate, decay)));
    return { value: tf.sub(decayed, change), slots: { first_moment: first, second_moment: second } };
  }
}
