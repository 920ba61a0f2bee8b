// Scores held-out batches with the weights that a run has just now: a graph that reads the training state and changes nothing.
import type * as tf from '@tensorflow/tfjs-core';
import type { ParameterStore } from '@gpt-talker/nn';
import type { HostTensor } from '@gpt-talker/runtime';
import { compile, trace, type CompiledFunction, type CompileOptions, type InputSpec } from '@gpt-talker/tfjs-onnx';
import type { Metrics } from './engine';
import type { TrainingState } from './state';
import { parameterKey } from './step';

export interface EvaluationDefinition {
  readonly store: ParameterStore;
  readonly batch: readonly InputSpec[];
  readonly metrics: (batch: Record<string, tf.Tensor>) => Record<string, tf.Scalar>;
}

export class Evaluator {
  private constructor(
    private readonly definition: EvaluationDefinition,
    private readonly state: TrainingState,
    private readonly compiled: CompiledFunction,
  ) {}

  static async create(
    definition: EvaluationDefinition,
    state: TrainingState,
    options?: CompileOptions,
  ): Promise<Evaluator> {
    const names = definition.store.names();
    const graph = trace(
      (tensors) =>
        definition.store.bind(Object.fromEntries(names.map((name) => [name, tensors[parameterKey(name)]])), () =>
          definition.metrics(tensors),
        ),
      [
        ...definition.batch,
        ...names.map((name) => ({ name: parameterKey(name), shape: [...definition.store.get(name).shape] })),
      ],
    );
    return new Evaluator(definition, state, await compile(graph, options));
  }

  /** Metrics of one batch. */
  async score(batch: Record<string, HostTensor>): Promise<Metrics> {
    const feeds = { ...batch };
    for (const name of this.definition.store.names()) feeds[parameterKey(name)] = this.state.get(parameterKey(name));
    const outputs = await this.compiled.run(feeds);
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, Number(tensor.data[0])]));
  }

  async dispose(): Promise<void> {
    await this.compiled.dispose();
  }
}
