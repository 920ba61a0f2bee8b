// One training step as one function of tensors: forward, backward, clipping and the optimiser's update. Traced, it becomes a
// single ONNX graph; called eagerly, it trains on whatever TensorFlow.js backend is active.
import * as tf from '@tensorflow/tfjs-core';
import type { ParameterStore } from '@gpt-talker/nn';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import type { Optimizer } from './optimizers/optimizer';

export interface StepLoss {
  readonly loss: tf.Scalar;
  readonly metrics: Record<string, tf.Scalar>;
  /** New values of buffers that no gradient reaches, for example a codebook's moving averages. */
  readonly buffers?: Record<string, tf.Tensor>;
}

export interface StepDefinition {
  readonly store: ParameterStore;
  readonly optimizer: Optimizer;
  /** What a batch holds. */
  readonly batch: readonly InputSpec[];
  /** Loss to minimise, and scalars to report. */
  readonly loss: (batch: Record<string, tf.Tensor>) => StepLoss;
  /** Names of the parameters to train; all trainable ones by default. The store's others are read as they are. */
  readonly parameters?: readonly string[];
  /** Buffers that the loss updates. */
  readonly buffers?: readonly string[];
  /** Gradients are scaled down to this global norm. */
  readonly clipNorm?: number;
  /** Factor on the learning rate of a parameter. */
  readonly rateScale?: (name: string) => number;
}

/** Names of state tensors in a step's inputs and outputs. */
export const parameterKey = (name: string): string => `parameter/${name}`;
export const slotKey = (name: string, slot: string): string => `slot/${slot}/${name}`;
export const sharedKey = (slot: string): string => `shared/${slot}`;
export const hyperparameterKey = (name: string): string => `hyperparameter/${name}`;
export const metricKey = (name: string): string => `metric/${name}`;

/** Tensors that a step reads: every parameter of the store, and the optimiser's state. */
export function stateSpecs(step: StepDefinition): InputSpec[] {
  const trained = new Set(trainedParameters(step));
  const specs: InputSpec[] = step.optimizer
    .sharedSlots()
    .map(({ name, shape }) => ({ name: sharedKey(name), shape: [...shape] }));
  for (const name of step.store.names()) {
    const shape = [...step.store.get(name).shape];
    specs.push({ name: parameterKey(name), shape });
    if (!trained.has(name)) continue;
    for (const slot of step.optimizer.slots(shape))
      specs.push({ name: slotKey(name, slot.name), shape: [...slot.shape] });
  }
  return specs;
}

/** Names of the state that a step writes back. */
export function updatedState(step: StepDefinition): string[] {
  const trained = trainedParameters(step).flatMap((name) => [
    parameterKey(name),
    ...step.optimizer.slots(step.store.get(name).shape).map((slot) => slotKey(name, slot.name)),
  ]);
  const shared = step.optimizer.sharedSlots().map(({ name }) => sharedKey(name));
  return [...trained, ...shared, ...(step.buffers ?? []).map(parameterKey)];
}

/** Numbers that change with the step. */
export function hyperparameterSpecs(step: StepDefinition): InputSpec[] {
  return Object.entries(step.optimizer.hyperparameters(1, 1)).map(([name, value]) => ({
    name: hyperparameterKey(name),
    shape: typeof value === 'number' ? [] : [value.length],
  }));
}

export function trainedParameters(step: StepDefinition): readonly string[] {
  return step.parameters ?? step.store.names().filter((name) => step.store.get(name).trainable);
}

/**
 * Runs (or records) one step.
 * @param inputs batch, state and hyperparameters under the names of the specs above
 * @returns the new state under the same names, and `metric/loss`, `metric/gradient_norm` and the definition's own metrics
 */
export function runStep(step: StepDefinition, inputs: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const names = trainedParameters(step);
  const values = names.map((name) => inputs[parameterKey(name)]);
  const read = Object.fromEntries(step.store.names().map((name) => [name, inputs[parameterKey(name)]]));
  // Reported scalars and buffers outlive the scope that computes gradients.
  let metrics: Record<string, tf.Tensor> = {};
  let buffers: Record<string, tf.Tensor> = {};
  const keep = (tensors: Record<string, tf.Tensor>) =>
    Object.fromEntries(Object.entries(tensors).map(([key, tensor]) => [key, tf.keep(tensor)]));
  const { value: loss, grads } = tf.valueAndGrads((...bound: tf.Tensor[]) =>
    step.store.bind({ ...read, ...Object.fromEntries(names.map((name, i) => [name, bound[i]])) }, () => {
      const result = step.loss(inputs);
      metrics = keep(result.metrics);
      buffers = keep(result.buffers ?? {});
      return result.loss;
    }),
  )(values);

  const norm = tf.sqrt(tf.addN(grads.map((gradient) => tf.sum(tf.square(gradient)))));
  const scale = step.clipNorm === undefined ? undefined : tf.minimum(1, tf.div(step.clipNorm, tf.add(norm, 1e-6)));
  const optimizer = step.optimizer;
  const pick = (slotNames: string[], key: (slot: string) => string) =>
    Object.fromEntries(slotNames.map((slot) => [slot, inputs[key(slot)]]));
  const slotNames = names.map((_, i) => optimizer.slots(values[i].shape).map(({ name }) => name));
  const sharedNames = optimizer.sharedSlots().map(({ name }) => name);
  const updated = optimizer.update(
    names.map((name, i) => ({
      name,
      value: values[i],
      gradient: scale === undefined ? grads[i] : tf.mul(grads[i], scale),
      slots: pick(slotNames[i], (slot) => slotKey(name, slot)),
      rateScale: step.rateScale?.(name) ?? 1,
    })),
    pick(sharedNames, sharedKey),
    pick(Object.keys(optimizer.hyperparameters(1, 1)), hyperparameterKey),
  );

  const outputs: Record<string, tf.Tensor> = { [metricKey('loss')]: loss, [metricKey('gradient_norm')]: norm };
  for (const [key, metric] of Object.entries(metrics)) outputs[metricKey(key)] = metric;
  for (const [name, buffer] of Object.entries(buffers)) outputs[parameterKey(name)] = buffer;
  names.forEach((name, i) => {
    outputs[parameterKey(name)] = updated.parameters[i].value;
    for (const slot of slotNames[i]) outputs[slotKey(name, slot)] = updated.parameters[i].slots[slot];
  });
  for (const slot of sharedNames) outputs[sharedKey(slot)] = updated.shared[slot];
  return outputs;
}
