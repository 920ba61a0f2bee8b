// Trains a voice's ConGPT on a prepared corpus.
import path from 'node:path';
import { readPrepared, type PreparedDialogue } from '@gpt-talker/dataset';
import { packSequences, type ConGpt } from '@gpt-talker/gpt/model';
import { NoiseMeter } from '@gpt-talker/nn';
import type { HostTensor } from '@gpt-talker/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { VoiceConfig } from '../config';
import { TracedEngine, type Metrics } from '../engine';
import { Evaluator } from '../evaluator';
import { AdamW } from '../optimizers/adamw';
import { run, type RunResult } from '../run';
import { warmupCosine } from '../schedules';
import { dropoutNoise, gptBatchSpecs, gptLoss, gptStep, padBatch } from '../stages/gpt';
import { fittingTurns, SequenceSampler, turnSegments } from '../stages/gpt-data';
import { TrainingState } from '../state';
import { createGpt } from './models';
import type { StageOptions } from './stage-options';

/** @returns where the run got to; its weights are in `best.safetensors` under the directory */
export async function trainGpt(config: VoiceConfig, options: StageOptions): Promise<RunResult> {
  const { seed, gpt } = config;
  const shape = { sequences: gpt.train.sequences, positions: gpt.train.positions };
  const { store, model } = createGpt(config);
  const sampler = new SequenceSampler(await readPrepared(options.prepared, 'train'), { seed, ...shape });
  const heldOut = await heldOutBatches(options.prepared, model, shape);
  const [beta1, beta2] = gpt.train.betas;
  const optimizer = new AdamW({ beta1, beta2, weightDecay: gpt.train.weightDecay, decays: (_, { length }) => length > 1 });
  const noiseCount = countNoise(model, shape);
  const step = gptStep(model, store, optimizer, shape, { clipNorm: gpt.train.clipNorm, noiseCount });
  const state = TrainingState.initial(store, [step]);
  const engine = await TracedEngine.create(step, state, options.compile);
  const evaluator = await Evaluator.create(
    {
      store,
      batch: gptBatchSpecs(model, shape),
      metrics: (batch) => {
        const { loss, top1, top3, targets } = gptLoss(model, batch);
        return { loss, top1, top3, targets };
      },
    },
    state,
    options.compile,
  );
  try {
    return await run({
      ...options,
      directory: path.resolve(options.directory),
      state,
      engine,
      schedule: warmupCosine({ ...gpt.train.learningRate, totalSteps: gpt.train.totalSteps }),
      totalSteps: gpt.train.totalSteps,
      batch: (position) => ({
        ...toBatch(sampler.sequences(position), model, shape),
        noise: dropoutNoise(seed, position, noiseCount),
      }),
      validate: () => weightedMean(evaluator, heldOut),
    });
  } finally {
    await engine.dispose();
    await evaluator.dispose();
  }
}

type Shape = { sequences: number; positions: number };

function toBatch(sequences: ReturnType<SequenceSampler['sequences']>, model: ConGpt, shape: Shape): Record<string, HostTensor> {
  const { semanticVocabulary, featureWidth, roles } = model.config;
  const packed = packSequences(sequences, {
    order: 'interleaved',
    textMask: 'causal',
    endOfSpeech: semanticVocabulary - 1,
    targets: 'every-turn',
    featureWidth,
  });
  const { roles: rolesTensor, ...rest } = padBatch(packed, shape);
  return roles ? { ...rest, roles: rolesTensor } : rest;
}

/** Held-out dialogues from their beginnings, at most 60 of them: enough to compare runs, cheap enough to do often. */
async function heldOutBatches(prepared: string, model: ConGpt, shape: Shape): Promise<Record<string, HostTensor>[]> {
  const dialogues: PreparedDialogue[] = (await readPrepared(prepared, 'validation')).slice(0, 60);
  const sequences = dialogues
    .map(({ turns }) => fittingTurns(turns, 0, shape.positions).flatMap(turnSegments))
    .filter((segments) => segments.length > 0);
  const batches: Record<string, HostTensor>[] = [];
  for (let i = 0; i + shape.sequences <= sequences.length; i += shape.sequences) {
    batches.push(toBatch(sequences.slice(i, i + shape.sequences), model, shape));
  }
  return batches;
}

/** Means over targets, not over batches. */
async function weightedMean(evaluator: Evaluator, batches: Record<string, HostTensor>[]): Promise<Metrics> {
  const sums: Metrics = {};
  let total = 0;
  for (const batch of batches) {
    const { targets, ...metrics } = await evaluator.score(batch);
    for (const [name, value] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + value * targets;
    total += targets;
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / total]));
}

/** How many random numbers a step's dropout takes, found by a forward pass over one short and one longer batch. */
function countNoise(model: ConGpt, { sequences, positions }: Shape): number {
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
  // Dropout takes a fixed count for each position, so two positions tell.
  return (taken(3) - taken(2)) * sequences * positions;
}
