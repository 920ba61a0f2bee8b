// Scores held-out batches with the weights that a run has just now: a graph that reads the training state and changes nothing.
import type * as tf from '@tensorflow/tfjs-core';
import type { ParameterStore } from '@gpt-talker/nn';
import type { HostTensor } from '@gpt-talker/runtime';
import type { CompileOptions, InputSpec } from '@gpt-talker/tfjs-onnx';
import type { Metrics } from './engine';
import { GraphCache } from './graph-cache';
import type { TrainingState } from './state';
import { parameterKey, parametersAmong, parameterSpecs } from './step';

export interface EvaluationDefinition {
  readonly store: ParameterStore;
  /** What a batch holds. May be empty where batches have several shapes. */
  readonly batch: readonly InputSpec[];
  readonly metrics: (batch: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;
}

export class Evaluator {
  private constructor(
    private readonly definition: EvaluationDefinition,
    private readonly state: TrainingState,
    private readonly graphs: GraphCache,
  ) {}

  static async create(
    definition: EvaluationDefinition,
    state: TrainingState,
    options?: CompileOptions,
  ): Promise<Evaluator> {
    const graphs = new GraphCache(
      (tensors) => definition.store.bind(parametersAmong(definition.store, tensors), () => definition.metrics(tensors)),
      parameterSpecs(definition.store),
      options,
    );
    if (definition.batch.length > 0) await graphs.forSpecs(definition.batch);
    return new Evaluator(definition, state, graphs);
  }

  /** Metrics of one batch. */
  async score(batch: Record<string, HostTensor>): Promise<Metrics> {
    const outputs = await this.outputs(batch);
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, Number(tensor.data[0])]));
  }

  /** Means over all targets, not over batches: metrics are means of a batch, and one of them, `targets`, says of how many. */
  async meanOverTargets(batches: readonly Record<string, HostTensor>[]): Promise<Metrics> {
    const sums: Metrics = {};
    let total = 0;
    for (const batch of batches) {
      const { targets, ...metrics } = await this.score(batch);
      for (const [name, value] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + value * targets;
      total += targets;
    }
    return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / Math.max(1, total)]));
  }

  /** The outputs as they are, for pictures and sound. */
  async outputs(batch: Record<string, HostTensor>): Promise<Record<string, HostTensor>> {
    const feeds = { ...batch };
    for (const name of this.definition.store.names()) feeds[parameterKey(name)] = this.state.get(parameterKey(name));
    return (await this.graphs.forFeeds(feeds)).run(feeds);
  }

  async dispose(): Promise<void> {
    await this.graphs.dispose();
  }
}
