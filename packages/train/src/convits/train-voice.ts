// Trains a voice's ConVITS on a prepared corpus.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withPrepared, type PreparedCorpus } from '@gpt-talker/dataset';
import type { VoiceConfig } from '../config';
import { compileOptions, createEngine } from '../engine/create-engine';
import type { Batch } from '../engine/engine';
import { Evaluator } from '../engine/evaluator';
import { AdamW } from '../engine/optimizers/adamw';
import { run, type RunResult } from '../run/run';
import { warmupCosine } from '../engine/schedules';
import { reconstructionLoss, spokenReconstruction, vitsBatchSpecs, vitsStep } from './reconstruction';
import { StretchSampler, type StretchOptions } from './crops';
import { TrainingState } from '../engine/state';
import { RunWatch } from '../run/watch/run-watch';
import { startFromCodebook } from './code-embedding';
import { createVits } from '../voice/models';
import type { StageOptions } from '../voice/stage-options';

const HELD_OUT_BATCHES = 3;
/** What of a batch speaking does not need. */
const UNSPOKEN = new Set(['spectrogram', 'posterior_noise', 'pitch', 'voiced']);

/** @returns where the run got to; its weights are in `best.safetensors` under the directory */
export function trainVits(config: VoiceConfig, options: StageOptions): Promise<RunResult> {
  return withPrepared(options.prepared, (corpus) => trainOn(corpus, config, options));
}

async function trainOn(corpus: PreparedCorpus, config: VoiceConfig, options: StageOptions): Promise<RunResult> {
  const { vits, seed } = config;
  const data = stretchOptions(config);
  const { store, model } = createVits(config);
  if (options.codebook) startFromCodebook(store, await readFile(options.codebook));
  const sampler = await StretchSampler.open(corpus, 'train', data);
  const heldOut = await StretchSampler.open(corpus, 'validation', { ...data, seed: seed + 1 });
  const [beta1, beta2] = vits.train.betas;
  const optimizer = new AdamW({ beta1, beta2, epsilon: 1e-9, weightDecay: vits.train.weightDecay });
  const step = vitsStep(model, store, optimizer, data, {
    clipNorm: vits.train.clipNorm,
    lossWeights: vits.train.lossWeights,
    noiseScale: config.noiseScale,
  });
  const state = TrainingState.takeFrom(store, [step]);
  const engine = await createEngine(step, state, options.engine);
  const reconstruction = reconstructionLoss(config.sampleRate);
  const evaluator = await Evaluator.create(
    {
      store,
      batch: vitsBatchSpecs(data).filter(({ name }) => !UNSPOKEN.has(name)),
      metrics: (batch) => ({ loss: spokenReconstruction(model, batch, reconstruction, config.noiseScale) }),
    },
    state,
    compileOptions(options.engine ?? {}),
  );
  const heldOutBatches = await Promise.all(
    Array.from({ length: HELD_OUT_BATCHES }, async (_, index) => spoken(await heldOut.batch(index))),
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
      schedule: warmupCosine({ ...vits.train.learningRate, totalSteps: vits.train.totalSteps }),
      totalSteps: vits.train.totalSteps,
      batch: (position) => sampler.batch(position),
      work: {
        unit: 'seconds of audio',
        of: ([batch]) => (batch.frame_mask.data as Float32Array).reduce((sum, value) => sum + value, 0) / 50,
      },
      validate: async () => {
        let loss = 0;
        for (const batch of heldOutBatches) loss += (await evaluator.score(batch)).loss;
        return { loss: loss / heldOutBatches.length };
      },
    });
  } finally {
    await engine.dispose();
    await evaluator.dispose();
    await watch.close(`ConVITS of ${config.name}`);
  }
}

function spoken(batch: Batch): Batch {
  return Object.fromEntries(Object.entries(batch).filter(([name]) => !UNSPOKEN.has(name)));
}

export function stretchOptions({ seed, sampleRate, hopSamples, vits }: VoiceConfig): StretchOptions {
  const { utterances, tokens, phonemes, referenceFrames, loudness } = vits.train;
  return {
    seed,
    utterances,
    tokens,
    phonemes,
    referenceFrames,
    loudness,
    sampleRate,
    hopSamples,
    fftSize: vits.model.fftSize,
    interChannels: vits.model.interChannels,
  };
}
