// Runs training steps. `TracedEngine` records the step once and runs the graph on onnxruntime; `EagerEngine` calls the same
// definition on the active TensorFlow.js backend.
import * as tf from '@tensorflow/tfjs-core';
import { float32, type HostTensor } from '@gpt-talker/runtime';
import { compile, registerGradients, trace, type CompiledFunction, type CompileOptions } from '@gpt-talker/tfjs-onnx';
import type { TrainingState } from './state';
import {
  hyperparameterKey,
  hyperparameterSpecs,
  metricKey,
  runStep,
  stateSpecs,
  updatedState,
  type StepDefinition,
} from './step';

export type Metrics = Record<string, number>;

/** The loss or the gradient was not a finite number; the state is as it was before the step. */
export class NonFiniteLossError extends Error {
  readonly code = 'non-finite-loss';
  constructor(readonly metrics: Metrics) {
    super(`Loss ${metrics.loss} or gradient norm ${metrics.gradient_norm} is not finite; the step was not applied.`);
    this.name = 'NonFiniteLossError';
  }
}

export interface Engine {
  /** Applies one step (counted from 1) and returns its metrics. */
  step(batch: Record<string, HostTensor>, step: number, learningRate: number): Promise<Metrics>;
  dispose(): Promise<void>;
}

function hyperparameters(definition: StepDefinition, step: number, learningRate: number): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(definition.optimizer.hyperparameters(step, learningRate)).map(([name, value]) => [
      hyperparameterKey(name),
      typeof value === 'number'
        ? float32(Float32Array.of(value), [])
        : float32(Float32Array.from(value), [value.length]),
    ]),
  );
}

function takeMetrics(values: Iterable<[string, number]>): Metrics {
  const prefix = metricKey('');
  const metrics: Metrics = {};
  for (const [name, value] of values) if (name.startsWith(prefix)) metrics[name.slice(prefix.length)] = value;
  if (!Number.isFinite(metrics.loss) || !Number.isFinite(metrics.gradient_norm)) throw new NonFiniteLossError(metrics);
  return metrics;
}

export class TracedEngine implements Engine {
  private constructor(
    private readonly definition: StepDefinition,
    private readonly state: TrainingState,
    private readonly compiled: CompiledFunction,
    /** The step writes here while it reads the state; then the two change places. */
    private readonly spare: Map<string, HostTensor>,
  ) {}

  static async create(
    definition: StepDefinition,
    state: TrainingState,
    options?: CompileOptions,
  ): Promise<TracedEngine> {
    const inputs = [...definition.batch, ...hyperparameterSpecs(definition), ...stateSpecs(definition)];
    const graph = trace((tensors) => runStep(definition, tensors), inputs);
    const spare = new Map(
      updatedState(definition).map((name): [string, HostTensor] => {
        const { type, data, dims } = state.get(name);
        return [name, { type, data: new Float32Array(data.length), dims }];
      }),
    );
    return new TracedEngine(definition, state, await compile(graph, options), spare);
  }

  async step(batch: Record<string, HostTensor>, step: number, learningRate: number): Promise<Metrics> {
    const feeds: Record<string, HostTensor> = { ...batch, ...hyperparameters(this.definition, step, learningRate) };
    for (const { name } of stateSpecs(this.definition)) feeds[name] = this.state.get(name);
    const outputs = await this.compiled.run(feeds, Object.fromEntries(this.spare));
    const metrics = takeMetrics(Object.entries(outputs).map(([name, tensor]) => [name, Number(tensor.data[0])]));
    for (const [name, written] of this.spare) {
      this.spare.set(name, this.state.get(name));
      this.state.tensors.set(name, written);
    }
    return metrics;
  }

  async dispose(): Promise<void> {
    await this.compiled.dispose();
  }
}

export class EagerEngine implements Engine {
  constructor(
    private readonly definition: StepDefinition,
    private readonly state: TrainingState,
  ) {
    registerGradients();
  }

  async step(batch: Record<string, HostTensor>, step: number, learningRate: number): Promise<Metrics> {
    const feeds: Record<string, HostTensor> = { ...batch, ...hyperparameters(this.definition, step, learningRate) };
    for (const { name } of stateSpecs(this.definition)) feeds[name] = this.state.get(name);
    const outputs = tf.tidy(() => {
      const inputs = Object.fromEntries(
        Object.entries(feeds).map(([name, { type, data, dims }]) => [
          name,
          tf.tensor(data as Float32Array, [...dims], type === 'int32' ? 'int32' : type === 'bool' ? 'bool' : 'float32'),
        ]),
      );
      return runStep(this.definition, inputs);
    });
    try {
      const values = await Promise.all(
        Object.entries(outputs).map(async ([name, tensor]): Promise<[string, tf.TypedArray]> => [
          name,
          await tensor.data(),
        ]),
      );
      const metrics = takeMetrics(values.map(([name, data]) => [name, data[0]]));
      for (const [name, data] of values) {
        const previous = this.state.tensors.get(name);
        if (previous !== undefined) this.state.tensors.set(name, { ...previous, data: data as Float32Array });
      }
      return metrics;
    } finally {
      tf.dispose(outputs);
    }
  }

  async dispose(): Promise<void> {}
}
