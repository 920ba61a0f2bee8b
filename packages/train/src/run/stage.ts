// One stage of training, whichever model it is of: the one place that owns the engine, the evaluator and what watches the run, and that
// lets go of them however it ends.
import path from 'node:path';
import { outputError } from '@gpt-talker/dataset';
import type { ParameterStore } from '@gpt-talker/nn';
import type { CompileOptions } from '@gpt-talker/tfjs-onnx';
import { compileOptions, createEngine } from '../engine/create-engine';
import type { Batch, Metrics } from '../engine/engine';
import { Evaluator, type EvaluationDefinition } from '../engine/evaluator';
import { TrainingState } from '../engine/state';
import type { StepDefinition } from '../engine/step';
import { scheduleOf, type StageRecipe } from './recipe';
import { run, type RunResult } from './run';
import type { TrainingOptions } from './training-options';
import { RunWatch, type Illustration } from './watch/run-watch';

/** What is learnt, and how it is judged on what is held out. */
export interface Objective {
  readonly store: ParameterStore;
  readonly step: StepDefinition;
  readonly evaluation: Omit<EvaluationDefinition, 'store'>;
  /** Metrics on held-out data, of which `loss` decides which checkpoint is the best; and what there is to see and to hear. */
  validate(evaluator: Evaluator): Promise<{ metrics: Metrics; illustrations?: readonly Illustration[] }>;
  /** Changes initial values that are to be computed from data. */
  begin?(state: TrainingState, compiling: CompileOptions): Promise<void>;
  /** What a step works through, to report how fast. */
  readonly work: { readonly unit: string; readonly of: (batches: readonly Batch[]) => number };
}

/** The batches of a step, with names of what they hold, for the message when training fails on them. */
export interface StepBatches {
  readonly batches: readonly Batch[];
  readonly names: readonly string[];
}

/** What is learnt from. */
export interface StageBatches {
  /** A function of the step alone, so that a resumed run sees the same ones. */
  at(step: number): Promise<StepBatches>;
  /** What checkpoints are compared by. */
  validation(): Promise<readonly Batch[]>;
  readonly stepsPerEpoch: number;
  /** Until the recipe's end. */
  readonly totalSteps: number;
}

/**
 * Trains until the recipe's end, the options' or the signal.
 * @returns where the run got to; its weights are in `best.safetensors` under the directory
 */
export async function trainStage(
  recipe: StageRecipe,
  { store, step, evaluation, validate, begin, work }: Objective,
  batches: StageBatches,
  options: TrainingOptions,
): Promise<RunResult> {
  const directory = path.resolve(options.directory);
  const { ranks } = options;
  const engineOptions = { ...options.engine, ranks };
  const compiling = compileOptions(engineOptions);
  const title = `${recipe.name}: ${path.basename(directory)}`;
  const isFirst = ranks?.isFirst ?? true;
  const watch = isFirst ? await RunWatch.open(directory) : undefined;
  let names: readonly string[] = [];
  const closing: { dispose(): Promise<void> }[] = [];
  try {
    const state = TrainingState.initial(store, [step]);
    // The others get theirs from the first.
    if (isFirst && options.init === undefined && !options.resume) await begin?.(state, compiling);
    // From here on the state holds the weights.
    store.releaseValues();
    const engine = await createEngine(step, state, engineOptions);
    closing.push(engine);
    const evaluator = await Evaluator.create({ store, ...evaluation }, state, compiling);
    closing.push(evaluator);
    const result = await run({
      directory,
      state,
      engine,
      resume: options.resume,
      ranks,
      signal: options.signal,
      maximumSeconds: options.maximumSeconds,
      saveEverySteps: options.saveEverySteps ?? recipe.saveEverySteps,
      keepLast: options.keepLast ?? recipe.keepLast,
      logEverySteps: options.logEverySteps ?? recipe.logEverySteps,
      validateEverySteps: options.validateEverySteps ?? recipe.validateEverySteps,
      totalSteps: Math.min(options.totalSteps ?? Infinity, batches.totalSteps),
      schedule: scheduleOf(recipe.rate, batches.stepsPerEpoch),
      batch: async (position) => {
        const read = await batches.at(position);
        names = read.names;
        return read.batches;
      },
      describe: () => names,
      work,
      validate: async (position) => {
        const { metrics, illustrations = [] } = await validate(evaluator);
        await watch?.illustrate(position, illustrations);
        return metrics;
      },
      onLog: async (entry) => {
        await watch?.log(entry);
        options.onLog?.(entry);
      },
    });
    await watch?.close(title);
    return result;
  } catch (error) {
    // A report that cannot be written must not hide why.
    await watch?.close(title).catch(() => undefined);
    throw outputError(error, directory);
  } finally {
    for (const part of closing) await part.dispose();
  }
}
