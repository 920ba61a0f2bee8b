// Trains a voice's ConGPT on a prepared corpus.
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { AlignmentPrior, SequenceLayout } from '@gpt-talker/context';
import { readPrepared, type PreparedDialogue } from '@gpt-talker/dataset';
import type { ConGpt } from '@gpt-talker/gpt/model';
import { NoiseMeter, randomForName } from '@gpt-talker/nn';
import { writeFileAtomically } from '../checkpoint';
import type { VoiceConfig } from '../config';
import { compileOptions, createEngine } from '../create-engine';
import { Evaluator } from '../evaluator';
import { AdamW } from '../optimizers/adamw';
import { run, type RunResult } from '../run';
import { warmupCosine } from '../schedules';
import { dropoutNoise, gptBatchSpecs, gptLoss, gptStep } from '../stages/gpt';
import { ExampleSampler } from '../stages/gpt-examples';
import { packRows } from '../stages/gpt-rows';
import { TrainingState } from '../state';
import { RunWatch } from '../watch/run-watch';
import { estimateDurations, estimateFollowing } from './durations';
import { createGpt } from './models';
import type { StageOptions } from './stage-options';

/** The alignment prior of a run, beside its checkpoints. */
export const ALIGNMENT_FILE = 'alignment.json';

/** Enough to compare runs, cheap enough to score often. */
const HELD_OUT_BATCHES = 3;

/** @returns where the run got to; its weights are in `best.safetensors` under the directory */
export async function trainGpt(config: VoiceConfig, options: StageOptions): Promise<RunResult> {
  const { seed, gpt } = config;
  const { rows, positions, learningRate, weightDecay, betas, clipNorm, totalSteps } = gpt.train;
  const shape = { rows, positions };
  const { store, model } = createGpt(config);
  const dialogues = await readPrepared(options.prepared, 'train');
  const alignment = await alignmentPrior(config, dialogues, options.directory);
  const layout: SequenceLayout = { order: 'interleaved', textMask: 'causal', alignment };
  const sampler = new ExampleSampler(dialogues, gpt.train);
  const heldOutSampler = new ExampleSampler(await readPrepared(options.prepared, 'validation'), gpt.train);
  const heldOut = Array.from({ length: HELD_OUT_BATCHES }, (_, index) =>
    packRows(heldOutSampler.rows(randomForName(seed, `held-out/${index}`)), shape, layout, model.config),
  );
  const optimizer = new AdamW({ beta1: betas[0], beta2: betas[1], weightDecay, decays: (_, { length }) => length > 1 });
  const noiseCount = countNoise(model) * rows * positions;
  const step = gptStep(model, store, optimizer, shape, { clipNorm, noiseCount });
  const state = TrainingState.initial(store, [step]);
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
      batch: (position) => ({
        ...packRows(sampler.rows(randomForName(seed, `rows/${position}`)), shape, layout, model.config),
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
  dialogues: readonly PreparedDialogue[],
  directory: string,
): Promise<AlignmentPrior | undefined> {
  if (gpt.model.alignment === undefined) return undefined;
  const turns = dialogues.flatMap((dialogue) => dialogue.turns).filter(({ role }) => gpt.train.roles.includes(role));
  const durations = { ...gpt.model.alignment, ...estimateDurations(turns, gpt.model.phonemeVocabulary) };
  const prior = { ...durations, following: estimateFollowing(dialogues, gpt.train.roles, durations) };
  await writeFileAtomically(path.join(directory, ALIGNMENT_FILE), JSON.stringify(prior));
  return prior;
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
