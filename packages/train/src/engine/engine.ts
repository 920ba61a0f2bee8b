// Runs training steps. `TracedEngine` records the step (once for each shape of batch) and runs the graph on onnxruntime;
// `EagerEngine` calls the same definition on the active TensorFlow.js backend.
import { GptTalkerError } from '@gpt-talker/errors';
import * as tf from '@tensorflow/tfjs-core';
import { elementCount, float32, type HostTensor } from '@gpt-talker/runtime';
import { registerGradients, type CompiledFunction, type CompileOptions } from '@gpt-talker/tfjs-onnx';
import { GraphCache } from './graph-cache';
import type { TrainingState } from './state';
import {
  gradientSpecs,
  guardedParameters,
  hyperparameterKey,
  hyperparameterSpecs,
  isParameterKey,
  metricKey,
  parameterKey,
  runGradients,
  runStep,
  runUpdate,
  BATCH_WEIGHT,
  stateSpecs,
  updatedState,
  type StepDefinition,
} from './step';

export type Metrics = Record<string, number>;

/** What must be finite for a step to be applied. */
const CHECKED = ['loss', 'gradient_norm', 'adversary'];

/**
 * The loss or the gradient was not a finite number; the parameters are as they were before the step. Only an adversary that had moved before
 * the generator was judged stays moved.
 */
export class NonFiniteLossError extends GptTalkerError<'non-finite-loss'> {
  override readonly name = 'NonFiniteLossError';

  /** @param batch which of the step's batches it was, from 0 */
  constructor(
    readonly metrics: Metrics,
    readonly batch = 0,
  ) {
    const wrong = CHECKED.filter((name) => name in metrics && !Number.isFinite(metrics[name]));
    const names = wrong.map((name) => name.replace('_', ' ')).join(' and ');
    const values = wrong.map((name) => metrics[name]).join(', ');
    super(
      'non-finite-loss',
      `The step was not applied: its ${names} ${wrong.length > 1 ? 'are' : 'is'} not finite (${values}).`,
    );
  }
}

export type Batch = Record<string, HostTensor>;

export interface Engine {
  /**
   * Applies one step (counted from 1) and returns its metrics.
   * @param batches one batch; or several, where the definition accumulates: their mean gradient is applied, weighted by each batch's
   *   own `batchWeight` where it has one (a scalar, for example its number of targets)
   * @throws NonFiniteLossError, and the trained parameters are as they were before; the optimiser's averages may restart
   */
  step(batches: Batch | readonly Batch[], step: number, learningRate: number): Promise<Metrics>;
  dispose(): Promise<void>;
}

function hyperparameters(definition: StepDefinition, step: number, learningRate: number): Batch {
  return Object.fromEntries(
    Object.entries(definition.optimizer.hyperparameters(step, learningRate)).map(([name, value]) => [
      hyperparameterKey(name),
      typeof value === 'number'
        ? float32(Float32Array.of(value), [])
        : float32(Float32Array.from(value), [value.length]),
    ]),
  );
}

function takeMetrics(outputs: Batch): Metrics {
  const prefix = metricKey('');
  const metrics: Metrics = {};
  for (const [name, { data }] of Object.entries(outputs))
    if (name.startsWith(prefix)) metrics[name.slice(prefix.length)] = Number(data[0]);
  return metrics;
}

function checkFinite(metrics: Metrics, batch = 0): void {
  for (const name of CHECKED)
    if (name in metrics && !Number.isFinite(metrics[name])) throw new NonFiniteLossError(metrics, batch);
}

export type Part = 'step' | 'gradients' | 'update';

/** The parts of a step, as an engine computes them: from tensors of the host into tensors of the host. */
export interface Computer {
  run(part: Part, feeds: Batch, into: Batch): Promise<Batch>;
  /** Says by its name whether a tensor may be read and written by one run of the part. */
  inPlace(part: Part, feeds: Batch): Promise<(name: string) => boolean>;
  /** Where several compute a step together: what each batch weighs for all of them. */
  weigh?(weights: readonly number[]): Promise<number[]>;
  /** Where the batches of a step are summed up, if that is not the caller's to choose. */
  sums?(): Batch;
}

/**
 * Whatever computes, this is how the state moves. The optimiser's averages and the parameters that the step itself guards are written where
 * they were read, and so take memory once. Other new parameters have arrays of their own, which change places with the old ones when all
 * went well, so that they are what they were when a step fails.
 */
export class HostedStep {
  private sums: Batch | undefined;
  /** Where the next values of what is not written in place will go. */
  private readonly spares = new Map<string, HostTensor>();
  private readonly guarded: ReadonlySet<string>;

  constructor(
    private readonly definition: StepDefinition,
    private readonly state: TrainingState,
    private readonly computer: Computer,
  ) {
    this.guarded = guardedParameters(definition);
  }

  async step(batches: Batch | readonly Batch[], step: number, learningRate: number): Promise<Metrics> {
    const list = Array.isArray(batches) ? (batches as readonly Batch[]) : [batches as Batch];
    if (list.length === 0 || (list.length > 1 && !this.definition.accumulates))
      throw new Error(`A step got ${list.length} batches; give one, or define the step with accumulates: true.`);
    const held: Batch = { ...hyperparameters(this.definition, step, learningRate) };
    for (const { name } of stateSpecs(this.definition)) held[name] = this.state.get(name);
    return this.definition.accumulates ? this.accumulated(list, held) : this.update('step', { ...held, ...list[0] });
  }

  /** Runs the part that ends in a new state, and takes the new state over if all went well. */
  private async update(part: 'step' | 'update', feeds: Batch): Promise<Metrics> {
    const isSafe = await this.computer.inPlace(part, feeds);
    const allows = (name: string) => isSafe(name) && (!isParameterKey(name) || this.guarded.has(name));
    const moves = updatedState(this.definition);
    // What the batches of an accumulated step move by themselves is not the update's.
    const names = part === 'step' ? moves : moves.filter((name) => !this.buffers.includes(name));
    const tensors = (chosen: string[], tensorOf: (name: string) => HostTensor): Batch =>
      Object.fromEntries(chosen.map((name) => [name, tensorOf(name)]));
    const inPlace = tensors(names.filter(allows), (name) => this.state.get(name));
    const moved = tensors(
      names.filter((name) => !allows(name)),
      (name) => this.spare(name),
    );
    const metrics = takeMetrics(await this.computer.run(part, feeds, { ...inPlace, ...moved }));
    try {
      checkFinite(metrics);
    } catch (error) {
      // An average that has met a number that is none would never forget it.
      for (const [name, { data }] of Object.entries(inPlace)) if (!isParameterKey(name)) (data as Float32Array).fill(0);
      throw error;
    }
    for (const [name, tensor] of Object.entries(moved)) {
      this.spares.set(name, this.state.get(name));
      this.state.tensors.set(name, tensor);
    }
    return metrics;
  }

  private get buffers(): string[] {
    return (this.definition.buffers ?? []).map(parameterKey);
  }

  private spare(name: string): HostTensor {
    return this.spares.get(name) ?? emptyLike(this.state.get(name));
  }

  /** The mean over the batches of metrics, and of gradients before the update. */
  private async accumulated(batches: readonly Batch[], held: Batch): Promise<Metrics> {
    this.sums ??= this.computer.sums?.() ?? this.emptySums();
    for (const { data } of Object.values(this.sums)) (data as Float32Array).fill(0);
    const own = batches.map((batch) => Number(batch[BATCH_WEIGHT]?.data[0] ?? 1));
    const weights = (await this.computer.weigh?.(own)) ?? own;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const means: Metrics = {};
    for (const [index, batch] of batches.entries()) {
      const share = weights[index] / total;
      const feeds = { ...held, ...batch, ...this.sums, [BATCH_WEIGHT]: float32(Float32Array.of(share), []) };
      // Each sum is read by the one addition that writes it.
      const outputs = await this.computer.run('gradients', feeds, this.sums);
      const metrics = takeMetrics(outputs);
      checkFinite(metrics, index);
      for (const name of this.buffers) held[name] = outputs[name];
      for (const [name, value] of Object.entries(metrics)) means[name] = (means[name] ?? 0) + value * share;
    }
    const moved = await this.update('update', { ...held, ...this.sums });
    for (const name of this.buffers) this.state.tensors.set(name, held[name]);
    return { ...means, ...moved };
  }

  private emptySums(): Batch {
    return Object.fromEntries(
      gradientSpecs(this.definition).map(({ name, shape }) => [
        name,
        float32(new Float32Array(elementCount(shape as number[])), shape as number[]),
      ]),
    );
  }
}

function emptyLike({ type, data, dims }: HostTensor): HostTensor {
  return { type, data: new Float32Array(data.length), dims };
}

export class TracedEngine implements Engine {
  private constructor(
    private readonly hosted: HostedStep,
    private readonly graphs: readonly GraphCache[],
  ) {}

  /** Records and compiles the step where the definition says what a batch looks like; else when the first batch comes. */
  static async create(
    definition: StepDefinition,
    state: TrainingState,
    options?: CompileOptions,
  ): Promise<TracedEngine> {
    const constant = [...hyperparameterSpecs(definition), ...stateSpecs(definition)];
    const sums = [...gradientSpecs(definition), { name: BATCH_WEIGHT, shape: [] }];
    const graphs = {
      step: new GraphCache((inputs) => runStep(definition, inputs), constant, options),
      gradients: new GraphCache((inputs) => runGradients(definition, inputs), [...constant, ...sums], options),
      update: new GraphCache(
        (inputs) => runUpdate(definition, inputs),
        [...constant, ...gradientSpecs(definition)],
        options,
      ),
    };
    const computer: Computer = {
      run: async (part, feeds, into) => {
        const graph = await graphs[part].forFeeds(feeds);
        return graph.run(feeds, { ...emptyOutputs(graph, into), ...into });
      },
      inPlace: async (part, feeds) => {
        const graph = await graphs[part].forFeeds(feeds);
        return (name) => graph.allowsInPlace(name);
      },
    };
    if (definition.batch.length > 0) {
      if (definition.accumulates) {
        await graphs.gradients.forSpecs(definition.batch);
        await graphs.update.forSpecs([]);
      } else await graphs.step.forSpecs(definition.batch);
    }
    return new TracedEngine(new HostedStep(definition, state, computer), Object.values(graphs));
  }

  step(batches: Batch | readonly Batch[], step: number, learningRate: number): Promise<Metrics> {
    return this.hosted.step(batches, step, learningRate);
  }

  async dispose(): Promise<void> {
    for (const graph of this.graphs) await graph.dispose();
  }
}

/** Arrays for the outputs that have none yet: where every output has one, none is copied. */
export function emptyOutputs({ outputs }: Pick<CompiledFunction, 'outputs'>, into: Batch): Batch {
  const missing = outputs.filter(({ name, type }) => !into[name] && type === 'float32');
  return Object.fromEntries(
    missing.map(({ name, dims }) => {
      const lengths = dims.map(Number);
      return [name, float32(new Float32Array(elementCount(lengths)), lengths)];
    }),
  );
}

export class EagerEngine implements Engine {
  private readonly hosted: HostedStep;

  constructor(definition: StepDefinition, state: TrainingState) {
    registerGradients();
    const functions = { step: runStep, gradients: runGradients, update: runUpdate };
    this.hosted = new HostedStep(definition, state, {
      run: (part, feeds, into) => runEagerly((inputs) => functions[part](definition, inputs), feeds, into),
      // Results are tensors of their own, copied when all are there.
      inPlace: async () => () => true,
    });
  }

  step(batches: Batch | readonly Batch[], step: number, learningRate: number): Promise<Metrics> {
    return this.hosted.step(batches, step, learningRate);
  }

  async dispose(): Promise<void> {}
}

async function runEagerly(
  compute: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
  feeds: Batch,
  into: Batch,
): Promise<Batch> {
  const tensors = tf.tidy(() =>
    compute(Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, eagerTensor(tensor)]))),
  );
  try {
    const outputs: Batch = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      const data = (await tensor.data()) as Float32Array;
      if (into[name]) (into[name].data as Float32Array).set(data);
      outputs[name] = into[name] ?? { type: 'float32', data, dims: tensor.shape };
    }
    return outputs;
  } finally {
    tf.dispose(tensors);
  }
}

function eagerTensor({ type, data, dims }: HostTensor): tf.Tensor {
  const dtype = type === 'int32' || type === 'bool' ? type : 'float32';
  return tf.tensor(data as Float32Array, [...dims], dtype);
}
