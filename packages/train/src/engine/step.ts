// One training step as one function of tensors: forward, backward, clipping and the optimiser's update. Traced, it becomes a
// single ONNX graph; called eagerly, it trains on whatever TensorFlow.js backend is active.
import * as tf from '@tensorflow/tfjs-core';
import type { ParameterStore } from '@gpt-talker/nn';
import type { HostTensor } from '@gpt-talker/runtime';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import type { Optimizer } from './optimizers/optimizer';
import { flattenableGroups, flattenParameters, isLarge } from './optimizers/flatten-parameters';

export interface StepLoss {
  readonly loss: tf.Scalar;
  readonly metrics: Record<string, tf.Scalar>;
  /** New values of buffers that no gradient reaches, for example a codebook's moving averages. */
  readonly buffers?: Record<string, tf.Tensor>;
}

/**
 * What a step that several ranks take together does otherwise than one that is taken alone: sums and means over the whole batch, of which
 * each rank has some rows.
 */
export interface AcrossRanks {
  readonly ranks: number;
  /** The sum over all ranks of a tensor, at a name that {@link StepDefinition.exchanged} or a parameter's gradient has. */
  sum(name: string, tensor: tf.Tensor): tf.Tensor;
  /** Turns this rank's mean into its part of the whole batch's: what all ranks have adds up to it. */
  part<T extends tf.Tensor>(term: string, mean: T): T;
}

/** What a loss may ask of the step that it belongs to. */
export interface StepContext {
  /** There where several ranks take the step together. */
  readonly across?: AcrossRanks;
  /**
   * Takes the adversary's own step on the loss that `judge` returns, then runs `generate` with the adversary's new parameters: within
   * one step both players move, and what they judge is computed once. Where the step accumulates, both move after its last batch, and
   * `generate` runs with the adversary's old ones. `judge` must see made things through {@link stopGradient}.
   */
  trainDiscriminator<T>(judge: () => tf.Scalar, generate: () => T): T;
}

export interface StepDefinition {
  readonly store: ParameterStore;
  readonly optimizer: Optimizer;
  /** What a batch holds. May be empty where batches have several shapes: a graph is recorded for each when it first comes. */
  readonly batch: readonly InputSpec[];
  /** Loss to minimise, and scalars to report. */
  readonly loss: (batch: Record<string, tf.Tensor>, context: StepContext) => StepLoss;
  /** Names of the parameters to train; all trainable ones but the adversary's by default. The store's others are read as they are. */
  readonly parameters?: readonly string[];
  /** Names of the parameters that `trainDiscriminator` trains, with the same optimiser and without clipping. */
  readonly adversary?: readonly string[];
  /** Buffers that the loss updates. */
  readonly buffers?: readonly string[];
  /** Gradients are scaled down to this global norm. */
  readonly clipNorm?: number;
  /** Factor on the learning rate of a parameter. */
  readonly rateScale?: (name: string) => number;
  /** What the loss sums over all ranks besides gradients. */
  readonly exchanged?: readonly InputSpec[];
  /** How much of each term's mean a rank's batch stands for; default: as much as every other rank's. */
  readonly weights?: (batch: Readonly<Record<string, HostTensor>>) => TermWeights;
  /** Sums the gradients of several batches before the optimiser's update; takes two graphs instead of one. */
  readonly accumulates?: boolean;
}

/** What a term's mean is divided by, beside a constant `plus` that it is once for the whole batch. */
export type TermWeight = number | { readonly sum: number; readonly plus: number };

/** By the term's name; `default` is of all others. */
export type TermWeights = Readonly<Record<string, TermWeight>> & { readonly default: TermWeight };

/** Names of state tensors in a step's inputs and outputs. */
export const parameterKey = (name: string): string => `parameter/${name}`;
export const isParameterKey = (key: string): boolean => key.startsWith(parameterKey(''));
export const slotKey = (name: string, slot: string): string => `slot/${slot}/${name}`;
export const sharedKey = (slot: string): string => `shared/${slot}`;
export const hyperparameterKey = (name: string): string => `hyperparameter/${name}`;
export const gradientKey = (name: string): string => `gradient/${name}`;
/** The share of one batch in the summed gradient. */
export const BATCH_WEIGHT = 'batchWeight';
/** A term's part of the whole batch's mean, as an input. */
export const partKey = (term: string): string => `part/${term}`;
/** What a rank gives to a sum over all ranks, as an output, and the sum, as an input. */
export const givenKey = (name: string): string => `given/${name}`;
export const summedKey = (name: string): string => `summed/${name}`;
export const metricKey = (name: string): string => `metric/${name}`;

/** Tensors that a step reads: every parameter of the store, and the optimiser's state. */
export function stateSpecs(step: StepDefinition): InputSpec[] {
  const trained = new Set(movedParameters(step));
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
  const trained = movedParameters(step).flatMap((name) => [
    parameterKey(name),
    ...step.optimizer.slots(step.store.get(name).shape).map((slot) => slotKey(name, slot.name)),
  ]);
  const shared = step.optimizer.sharedSlots().map(({ name }) => sharedKey(name));
  return [...trained, ...shared, ...(step.buffers ?? []).map(parameterKey)];
}

/**
 * Names of the parameters that keep their values when a step is not finite, because the step itself says so; they may be written where they
 * were read. Small ones are updated together, and take next to no memory.
 */
export function guardedParameters(step: StepDefinition): ReadonlySet<string> {
  return new Set(
    movedParameters(step)
      .filter((name) => isLarge(step.store.get(name).shape))
      .map(parameterKey),
  );
}

/** The parameters of a store as inputs. */
export function parameterSpecs(store: ParameterStore): InputSpec[] {
  return store.parameters().map(({ name, shape }) => ({ name: parameterKey(name), shape: [...shape] }));
}

/** Those of `inputs` that are the store's parameters, by the store's names. */
export function parametersAmong(store: ParameterStore, inputs: Tensors): Tensors {
  return Object.fromEntries(store.names().map((name) => [name, inputs[parameterKey(name)]]));
}

/** Numbers that change with the step. */
export function hyperparameterSpecs(step: StepDefinition): InputSpec[] {
  return Object.entries(step.optimizer.hyperparameters(1, 1)).map(([name, value]) => ({
    name: hyperparameterKey(name),
    shape: typeof value === 'number' ? [] : [value.length],
  }));
}

export function trainedParameters(step: StepDefinition): readonly string[] {
  const adversary = new Set(step.adversary);
  return step.parameters ?? step.store.names().filter((name) => step.store.get(name).trainable && !adversary.has(name));
}

/** The parameters of both players. */
function movedParameters(step: StepDefinition): readonly string[] {
  return [...trainedParameters(step), ...(step.adversary ?? [])];
}

/** The sums of gradients that batches add to, one for each parameter of either player. */
export function gradientSpecs(step: StepDefinition): InputSpec[] {
  return movedParameters(step).map((name) => ({
    name: gradientKey(name),
    shape: [...step.store.get(name).shape],
  }));
}

type Tensors = Record<string, tf.Tensor>;

/** The sums over ranks that a step meets, as inputs. */
export function summedSpecs(step: StepDefinition, gradients: boolean): InputSpec[] {
  const specs = [...(step.exchanged ?? []), ...(gradients ? gradientSpecs(step) : [])];
  return specs.map(({ name, shape }) => ({ name: summedKey(name), shape }));
}

/**
 * Runs (or records) one step.
 * @param ranks how many take it together: then what each gives to a sum is an output, and the sum an input
 * @param inputs batch, state and hyperparameters under the names of the specs above
 * @returns the new state under the same names, and `metric/loss`, `metric/gradient_norm` and the definition's own metrics
 */
export function runStep(step: StepDefinition, inputs: Tensors, ranks = 1): Tensors {
  const { outputs, gradients, across, given } = lossAndGradients(step, inputs, moveAdversary, ranks);
  const sums = summed(across, trainedParameters(step), gradients);
  const losses = [outputs[metricKey('loss')], outputs[metricKey('adversary')]];
  return { ...outputs, ...given, ...updated(step, inputs, sums, losses) };
}

/** Runs (or records) the part of a step that belongs to one of several batches: adds its share to the sums of gradients. */
export function runGradients(step: StepDefinition, inputs: Tensors, ranks = 1): Tensors {
  const { outputs, gradients, given } = lossAndGradients(step, inputs, addAdversaryGradients, ranks);
  trainedParameters(step).forEach((name, i) => {
    outputs[gradientKey(name)] = addedShare(inputs, name, gradients[i]);
  });
  return { ...outputs, ...given };
}

/** Runs (or records) the rest of a step whose gradients have been summed: clipping and the optimiser's update, of both players. */
export function runUpdate(step: StepDefinition, inputs: Tensors): Tensors {
  const sums = (names: readonly string[]) => names.map((name) => inputs[gradientKey(name)]);
  const adversary = step.adversary ?? [];
  const judged = adversary.length > 0 ? guardedMove(step, adversary, sums(adversary), inputs) : undefined;
  return { ...judged?.outputs, ...updated(step, inputs, sums(trainedParameters(step)), judged && [judged.norm]) };
}

/** The sums over all ranks of the gradients of `names`, where there are several ranks. */
const summed = (across: AcrossRanks | undefined, names: readonly string[], gradients: readonly tf.Tensor[]) =>
  across ? gradients.map((gradient, i) => across.sum(gradientKey(names[i]), gradient)) : gradients;

const addedShare = (inputs: Tensors, name: string, gradient: tf.Tensor): tf.Tensor =>
  tf.add(inputs[gradientKey(name)], tf.mul(gradient, inputs[BATCH_WEIGHT]));

/** What becomes of the adversary's gradients: the parameters with which the generator is judged then, and the norm if they moved. */
type AdversaryMove = (
  step: StepDefinition,
  inputs: Tensors,
  judged: { value: tf.Tensor; grads: readonly tf.Tensor[] },
  keep: (key: string, tensor: tf.Tensor) => tf.Tensor,
  across: AcrossRanks | undefined,
) => { parameters: Tensors; norm?: tf.Tensor };

/** It moves at once. */
const moveAdversary: AdversaryMove = (step, inputs, { value, grads }, keep, across) => {
  const names = step.adversary ?? [];
  const { outputs, norm } = guardedMove(step, names, summed(across, names, grads), inputs, value);
  for (const [key, tensor] of Object.entries(outputs)) keep(key, tensor);
  return { norm, parameters: Object.fromEntries(names.map((name) => [name, outputs[parameterKey(name)]])) };
};

/** It moves with the generator when all batches of the step are there; until then it judges with the parameters that it has. */
const addAdversaryGradients: AdversaryMove = (step, inputs, { grads }, keep) => {
  (step.adversary ?? []).forEach((name, i) => keep(gradientKey(name), addedShare(inputs, name, grads[i])));
  return { parameters: {} };
};

function lossAndGradients(
  step: StepDefinition,
  inputs: Tensors,
  adversaryMove: AdversaryMove,
  ranks: number,
): { outputs: Tensors; gradients: tf.Tensor[]; across?: AcrossRanks; given: Tensors } {
  const names = trainedParameters(step);
  const values = names.map((name) => inputs[parameterKey(name)]);
  const read = parametersAmong(step.store, inputs);
  const outputs: Tensors = {};
  // What is reported or moved within the loss outlives the scope that computes gradients.
  const keep = (key: string, tensor: tf.Tensor) => (outputs[key] = tf.keep(tensor));
  const given: Tensors = {};
  const across = ranks > 1 ? acrossRanks(ranks, inputs, given) : undefined;
  const context: StepContext = {
    across,
    trainDiscriminator: (judge, generate) => {
      const adversary = step.adversary ?? [];
      const bind = (bound: readonly tf.Tensor[]) => Object.fromEntries(adversary.map((name, i) => [name, bound[i]]));
      const judged = tf.valueAndGrads((...bound: tf.Tensor[]) =>
        step.store.bind(bind(bound), () => (across ? across.part('adversary', judge()) : judge())),
      )(adversary.map((name) => inputs[parameterKey(name)]));
      const { parameters, norm } = adversaryMove(step, inputs, judged, keep, across);
      keep(metricKey('adversary'), norm ? finiteWith(judged.value, norm) : judged.value);
      return step.store.bind(parameters, generate);
    },
  };
  const { value: loss, grads } = tf.valueAndGrads((...bound: tf.Tensor[]) =>
    step.store.bind({ ...read, ...Object.fromEntries(names.map((name, i) => [name, bound[i]])) }, () => {
      const result = step.loss(inputs, context);
      for (const [name, metric] of Object.entries(result.metrics)) keep(metricKey(name), metric);
      for (const [name, buffer] of Object.entries(result.buffers ?? {})) keep(parameterKey(name), buffer);
      return result.loss;
    }),
  )(values);
  return { outputs: { [metricKey('loss')]: loss, ...outputs }, gradients: grads, across, given };
}

/** @param given where what this rank gives to sums goes */
function acrossRanks(ranks: number, inputs: Tensors, given: Tensors): AcrossRanks {
  return {
    ranks,
    sum: (name, tensor) => {
      given[givenKey(name)] = tf.keep(tensor);
      return inputs[summedKey(name)];
    },
    part: (term, mean) => tf.mul(mean, inputs[partKey(term)] ?? inputs[partKey('default')]),
  };
}

/**
 * The same values as a tensor that the running gradient computation knows nothing of. A gradient stopped by `tf.customGrad` still
 * walks the way back to it; that way must not be walked where it leads through another gradient.
 */
export function stopGradient<Rank extends tf.Rank>(x: tf.Tensor<Rank>): tf.Tensor<Rank> {
  const identity = tf.getKernel('Identity', tf.getBackend());
  const made = identity.kernelFunc({ inputs: { x }, backend: tf.engine().backend, attrs: {} }) as tf.TensorInfo;
  return tf.engine().makeTensorFromTensorInfo(made) as tf.Tensor<Rank>;
}

/** The number itself where `other` is finite, else none. */
const finiteWith = (number: tf.Tensor, other: tf.Tensor): tf.Tensor => tf.add(number, tf.mul(other, 0));

/** @param others numbers that must be finite, too, if anything is to move */
function updated(
  step: StepDefinition,
  inputs: Tensors,
  gradients: readonly tf.Tensor[],
  others: readonly (tf.Tensor | undefined)[] = [],
): Tensors {
  const norm = normOf(gradients, others);
  const scale = step.clipNorm === undefined ? undefined : tf.minimum(1, tf.div(step.clipNorm, tf.add(norm, 1e-6)));
  const clipped = scale === undefined ? gradients : gradients.map((gradient) => tf.mul(gradient, scale));
  const { outputs, shared } = move(step, trainedParameters(step), clipped, inputs, tf.isFinite(norm));
  for (const [slot, tensor] of Object.entries(shared)) outputs[sharedKey(slot)] = tensor;
  return { [metricKey('gradient_norm')]: norm, ...outputs };
}

/** The norm of all gradients; no number where one of the others is none. */
const normOf = (gradients: readonly tf.Tensor[], others: readonly (tf.Tensor | undefined)[]): tf.Tensor =>
  others.reduce<tf.Tensor>(
    (norm, other) => (other ? finiteWith(norm, other) : norm),
    tf.sqrt(tf.addN(sumsOfSquares(gradients))),
  );

function sumsOfSquares(gradients: readonly tf.Tensor[]): tf.Tensor[] {
  const groups = flattenableGroups(
    gradients.map(({ shape }) => shape),
    () => '',
  );
  return groups.map((group) => tf.sum(tf.square(flattenParameters(group.map((index) => gradients[index])))));
}

/** The update of parameters whose gradients nothing else has looked at, and the norm of these: no number where the loss is none. */
function guardedMove(
  step: StepDefinition,
  names: readonly string[],
  gradients: readonly tf.Tensor[],
  inputs: Tensors,
  loss?: tf.Tensor,
): { outputs: Tensors; norm: tf.Tensor } {
  const norm = normOf(gradients, [loss]);
  return { outputs: move(step, names, gradients, inputs, tf.isFinite(norm)).outputs, norm };
}

/** The optimiser's update of some parameters; large ones stay what they are where the step is not `finite`. */
function move(
  step: StepDefinition,
  names: readonly string[],
  gradients: readonly tf.Tensor[],
  inputs: Tensors,
  finite: tf.Tensor,
): { outputs: Tensors; shared: Tensors } {
  const { optimizer } = step;
  const pick = (slotNames: string[], key: (slot: string) => string) =>
    Object.fromEntries(slotNames.map((slot) => [slot, inputs[key(slot)]]));
  const values = names.map((name) => inputs[parameterKey(name)]);
  const slotNames = values.map(({ shape }) => optimizer.slots(shape).map(({ name }) => name));
  const { parameters, shared } = optimizer.update(
    names.map((name, i) => ({
      name,
      value: values[i],
      gradient: gradients[i],
      slots: pick(slotNames[i], (slot) => slotKey(name, slot)),
      rateScale: step.rateScale?.(name) ?? 1,
    })),
    pick(
      optimizer.sharedSlots().map(({ name }) => name),
      sharedKey,
    ),
    pick(Object.keys(optimizer.hyperparameters(1, 1)), hyperparameterKey),
  );
  const outputs: Tensors = {};
  names.forEach((name, i) => {
    const { value } = parameters[i];
    outputs[parameterKey(name)] = isLarge(value.shape) ? tf.where(finite, value, values[i]) : value;
    for (const slot of slotNames[i]) outputs[slotKey(name, slot)] = parameters[i].slots[slot];
  });
  return { outputs, shared };
}
