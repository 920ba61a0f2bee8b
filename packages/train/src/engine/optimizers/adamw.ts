// AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization"), with PyTorch's defaults.
import * as tf from '@tensorflow/tfjs-core';
import { flattenableGroups, flattenParameters, unflattenParameters } from './flatten-parameters';
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

/** What may differ from parameter to parameter. */
interface Rates {
  rateScale: number;
  decay: number;
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
    // Bias corrections are folded into two scalars, not into the moments: m̂ / (√v̂ + ε) is m / (√v + ε·c) times a factor.
    const rootCorrection = Math.sqrt(1 - this.beta2 ** step);
    return {
      learning_rate: learningRate,
      step_size: (learningRate * rootCorrection) / (1 - this.beta1 ** step),
      epsilon: this.epsilon * rootCorrection,
    };
  }

  update(
    parameters: readonly ParameterGradient[],
    _shared: Record<string, tf.Tensor>,
    hyperparameters: Record<string, tf.Tensor>,
  ) {
    const updated: UpdatedParameter[] = [];
    const shapes = parameters.map(({ value }) => value.shape);
    const rates = parameters.map(({ name, value, rateScale }): Rates => {
      const decay = this.decays(name, value.shape) ? this.weightDecay * rateScale : 0;
      return { rateScale, decay };
    });
    for (const group of flattenableGroups(shapes, (index) => `${rates[index].rateScale} ${rates[index].decay}`)) {
      const members = group.map((index) => parameters[index]);
      const lengths = group.map((index) => shapes[index][0]);
      const slotsOf = (slot: string) => flattenParameters(members.map(({ slots }) => slots[slot]));
      const { value, slots } = this.updateOne(
        flattenParameters(members.map((member) => member.value)),
        flattenParameters(members.map((member) => member.gradient)),
        { first_moment: slotsOf('first_moment'), second_moment: slotsOf('second_moment') },
        rates[group[0]],
        hyperparameters,
      );
      const [values, first, second] = [value, slots.first_moment, slots.second_moment].map((all) =>
        unflattenParameters(all, lengths),
      );
      group.forEach((index, i) => {
        updated[index] = { value: values[i], slots: { first_moment: first[i], second_moment: second[i] } };
      });
    }
    return { parameters: updated, shared: {} };
  }

  private updateOne(
    value: tf.Tensor,
    gradient: tf.Tensor,
    slots: Record<string, tf.Tensor>,
    { rateScale, decay }: Rates,
    hyperparameters: Record<string, tf.Tensor>,
  ): UpdatedParameter {
    const { beta1, beta2 } = this;
    const first = tf.add(tf.mul(slots.first_moment, beta1), tf.mul(gradient, 1 - beta1));
    const second = tf.add(tf.mul(slots.second_moment, beta2), tf.mul(tf.square(gradient), 1 - beta2));
    const denominator = tf.add(tf.sqrt(second), hyperparameters.epsilon);
    const change = tf.mul(tf.div(first, denominator), tf.mul(hyperparameters.step_size, rateScale));
    const decayed = decay === 0 ? value : tf.mul(value, tf.sub(1, tf.mul(hyperparameters.learning_rate, decay)));
    return { value: tf.sub(decayed, change), slots: { first_moment: first, second_moment: second } };
  }
}
