// Trains a voice's ConGPT on a prepared corpus.
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { AlignmentPrior, SequenceLayout } from '@gpt-talker/context';
import { withPrepared, writeAtomically, type PreparedCorpus, type PreparedTurn } from '@gpt-talker/dataset';
import type { ConGpt } from '@gpt-talker/gpt/model';
import { NoiseMeter, randomForName } from '@gpt-talker/nn';
import type { VoiceConfig } from '../config';
import { compileOptions, createEngine } from '../engine/create-engine';
import { Evaluator } from '../engine/evaluator';
import { AdamW } from '../engine/optimizers/adamw';
import { run, type RunResult } from '../run/run';
import { warmupCosine } from '../engine/schedules';
import { dropoutNoise, gptBatchSpecs, gptLoss, gptStep } from './loss';
import { ExampleSampler } from './examples';
import { packRows } from './rows';
import { TrainingState } from '../engine/state';
import { RunWatch } from '../run/watch/run-watch';
import { estimateDurations, estimateFollowing } from './durations';
import { createGpt } from '../voice/models';
import type { StageOptions } from '../voice/stage-options';

/** The alignment prior of a run, beside its checkpoints. */
export const ALIGNMENT_FILE = 'alignment.json';

/** Enough to compare runs, cheap enough to score often. */
const HELD_OUT_BATCHES = 3;

/** @returns where the run got to; its weights are in `best.safetensors` under the directory */
export function trainGpt(config: VoiceConfig, options: StageOptions): Promise<RunResult> {
  return withPrepared(options.prepared, (corpus) => trainOn(corpus, config, options));
}

async function trainOn(corpus: PreparedCorpus, config: VoiceConfig, options: StageOptions): Promise<RunResult> {
  const { seed, gpt } = config;
  const { rows, positions, learningRate, weightDecay, betas, clipNorm, totalSteps } = gpt.train;
  const shape = { rows, positions };
  const { store, model } = createGpt(config);
  const sampler = await ExampleSampler.open(corpus, 'train', gpt.train);
  const heldOutSampler = await ExampleSampler.open(corpus, 'validation', gpt.train);
  const alignment = await alignmentPrior(config, corpus, options.directory);
  const layout: SequenceLayout = { order: 'interleaved', textMask: 'causal', alignment };
  const pack = async (from: ExampleSampler, name: string) =>
    packRows(await from.rows(randomForName(seed, name)), shape, layout, model.config);
  const heldOut = await Promise.all(
    Array.from({ length: HELD_OUT_BATCHES }, (_, index) => pack(heldOutSampler, `held-out/${index}`)),
  );
  const optimizer = new AdamW({ beta1: betas[0], beta2: betas[1], weightDecay, decays: (_, { length }) => length > 1 });
  const noiseCount = countNoise(model) * rows * positions;
  const step = gptStep(model, store, optimizer, shape, { clipNorm, noiseCount });
  const state = TrainingState.takeFrom(store, [step]);
  const engine = await createEngine(step, state, options.engine);
  const metrics = (batch: Record<string, tf.Tensor>) => ({ ...gptLoss(model, batch) });
  const evaluator = await Evaluator.create(
    { store, batch: gptBatchSpecs(model, shape), metrics },
    state,
    compileOptions(options.engine ?? {}),
  );
  const directory = path.resolve(options.directory);
  const watch = await RunWatch.open(directory);
  try {
    return await run({
      ...options,
      directory,
      onLog: async (entry) => {
        await watch.log(entry);
        options.onLog?.(entry);
      },
      state,
      engine,
      schedule: warmupCosine({ ...learningRate, totalSteps }),
      totalSteps,
      batch: async (position) => ({
        ...(await pack(sampler, `rows/${position}`)),
        noise: dropoutNoise(seed, position, noiseCount),
      }),
      work: {
        unit: 'tokens',
        of: ([batch]) => (batch.weights.data as Float32Array).reduce((sum, weight) => sum + weight, 0),
      },
      validate: () => evaluator.meanOverTargets(heldOut),
    });
  } finally {
    await engine.dispose();
    await evaluator.dispose();
    await watch.close(`ConGPT of ${config.name}`);
  }
}

/** The prior of this corpus; it is written beside the checkpoints, because the voice needs it too. */
async function alignmentPrior(
  { gpt }: VoiceConfig,
  corpus: PreparedCorpus,
  directory: string,
): Promise<AlignmentPrior | undefined> {
  if (gpt.model.alignment === undefined) return undefined;
  const { roles } = gpt.train;
  const estimated = await estimateDurations(turnsOf(corpus, roles), gpt.model.phonemeVocabulary);
  const { freeTokens, decayTokens } = gpt.model.alignment;
  const durations = { freeTokens, decayTokens, ...estimated };
  const prior = { ...durations, following: await estimateFollowing(corpus.dialogues('train'), roles, durations) };
  await writeAtomically(path.join(directory, ALIGNMENT_FILE), JSON.stringify(prior));
  return prior;
}

async function* turnsOf(corpus: PreparedCorpus, roles: readonly PreparedTurn['role'][]): AsyncGenerator<PreparedTurn> {
  for await (const { turns } of corpus.dialogues('train'))
    for (const turn of turns) if (roles.includes(turn.role)) yield turn;
}

/** How many random numbers dropout takes for one position. */
function countNoise(model: ConGpt): number {
  const taken = (length: number): number =>
    tf.tidy(() => {
      const meter = new NoiseMeter();
      const zeros = (dtype: 'int32' | 'float32') => tf.zeros([1, length], dtype) as tf.Tensor2D;
      model.forward(
        {
          ids: zeros('int32'),
          kind: zeros('float32'),
          positions: zeros('int32'),
          roles: zeros('int32'),
          features: model.config.featureWidth > 0 ? tf.zeros([1, length, model.config.featureWidth]) : undefined,
          mask: tf.zeros([length, length]),
        },
        meter,
      );
      return meter.used;
    });
  return taken(3) - taken(2);
}
