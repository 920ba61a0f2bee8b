// Stage 2 as upstream's keys describe it: ConVITS against its discriminators, anew or from checkpoints.
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { withPrepared, type PreparedCorpus } from '@gpt-talker/dataset';
import type { HostTensor } from '@gpt-talker/runtime';
import { absoluteDifference, sliceSegments, withoutPlaneAxis } from '@gpt-talker/vits/model';
import type { VitsConfig } from '../config';
import { compileOptions, createEngine } from '../engine/create-engine';
import type { Batch } from '../engine/engine';
import { Evaluator } from '../engine/evaluator';
import { describeInitialization, initializeFrom } from '../run/initialize';
import { countNoise, stepNoise } from '../engine/noise';
import { run, type RunResult } from '../run/run';
import { exponentialDecay } from '../engine/schedules';
import { TrainingState } from '../engine/state';
import { parametersAmong, parameterSpecs } from '../engine/step';
import { heatmap } from '../run/watch/picture';
import { RunWatch, type Illustration } from '../run/watch/run-watch';
import { UtteranceBatches } from './utterances';
import { createConVits, isDiscriminator, type ConVitsOfConfig } from './model';
import { convitsStep, melOf, trainingPass } from './adversarial';
import { startCodebookOf } from './start-codebook';
import type { TrainingOptions } from '../run/training-options';

/** How far held-out speech strays from the prior's mean, as upstream speaks. */
const NOISE_SCALE = 0.5;
const HELD_OUT_BATCHES = 4;
const ILLUSTRATED = 2;

export interface ConVitsTrainingOptions extends TrainingOptions {
  /** Weights of the discriminators to begin with (upstream's `s2D…pth`). */
  initDiscriminators?: string;
}

/** @returns where the run got to; its weights are in `best.safetensors` under the directory */
export function trainConVits(config: VitsConfig, options: ConVitsTrainingOptions): Promise<RunResult> {
  return withPrepared(options.prepared, (corpus) => trainOn(corpus, config, options));
}

async function trainOn(
  corpus: PreparedCorpus,
  config: VitsConfig,
  options: ConVitsTrainingOptions,
): Promise<RunResult> {
  const { train, data } = config;
  const made = createConVits(config);
  const { store } = made;
  if (!options.resume) await initialize(made, options);
  const batches = await UtteranceBatches.open(corpus, 'train', config);
  const heldOut = await UtteranceBatches.open(corpus, 'validation', config);
  const directory = path.resolve(options.directory);
  const step = convitsStep(made, config);
  const state = TrainingState.initial(store, [step]);
  const compiling = compileOptions(options.engine ?? {});
  const anew = options.init === undefined && !options.resume;
  if (!config.model.freeze_quantizer && anew) await startCodebookOf(made, state, batches, train.seed, compiling);
  // From here on the state holds the weights.
  store.releaseValues();
  const watch = await RunWatch.open(directory);
  const engine = await createEngine(step, state, options.engine);
  const evaluator = await heldOutEvaluator(made, config, state, options);
  const held: Batch[] = [];
  for (let index = 0; index < Math.min(HELD_OUT_BATCHES, heldOut.stepsPerEpoch); index++)
    held.push(await heldOut.at(index));
  const counts = new Map<string, number>();
  let position = 0;
  try {
    return await run({
      directory,
      state,
      engine,
      resume: options.resume,
      signal: options.signal,
      maximumSeconds: options.maximumSeconds,
      saveEverySteps: options.saveEverySteps ?? train.save_every_steps,
      keepLast: options.keepLast ?? train.keep_last,
      logEverySteps: options.logEverySteps ?? train.log_interval,
      validateEverySteps: options.validateEverySteps ?? train.eval_interval,
      totalSteps: Math.min(options.totalSteps ?? Infinity, train.epochs * batches.stepsPerEpoch),
      schedule: exponentialDecay(train.learning_rate, train.lr_decay, batches.stepsPerEpoch),
      batch: async (at) => {
        position = at + 1;
        const batch = await batches.at(at);
        const count = noiseCount(made, config, batch, counts);
        return count === 0 ? batch : { ...batch, dropout: stepNoise(train.seed, 'dropout', at, count) };
      },
      describe: () => batches.names,
      work: {
        unit: 'seconds of audio',
        of: (list) =>
          list.reduce((sum, { waveform }) => sum + (waveform.dims[0] * waveform.dims[2]) / data.sampling_rate, 0),
      },
      validate: async () => {
        let loss = 0;
        const illustrations: Illustration[] = [];
        for (const [index, batch] of held.entries()) {
          const outputs = await evaluator.outputs(spoken(batch));
          loss += Number(outputs.mel.data[0]) / held.length;
          if (index < ILLUSTRATED) illustrations.push(...illustrationsOf(index, batch, outputs, data.sampling_rate));
        }
        await watch.illustrate(position, illustrations);
        return { loss, mel: loss };
      },
      onLog: async (entry) => {
        await watch.log(entry);
        options.onLog?.(entry);
      },
    });
  } finally {
    await engine.dispose();
    await evaluator.dispose();
    await watch.close(`ConVITS: ${path.basename(directory)}`);
  }
}

async function initialize({ store }: ConVitsOfConfig, options: ConVitsTrainingOptions): Promise<void> {
  const { init, initDiscriminators } = options;
  if (init !== undefined) {
    const report = await initializeFrom(init, store, { among: (name) => !isDiscriminator(name) });
    describeInitialization(init, report).forEach((line) => options.onMessage?.(line));
  }
  if (initDiscriminators !== undefined) {
    const report = await initializeFrom(initDiscriminators, store, { among: isDiscriminator, adapt: withoutPlaneAxis });
    describeInitialization(initDiscriminators, report).forEach((line) => options.onMessage?.(line));
  }
}

/** Random numbers that the dropout of a batch takes; counted once for each shape. */
function noiseCount(made: ConVitsOfConfig, config: VitsConfig, batch: Batch, known: Map<string, number>): number {
  if (config.model.p_dropout === 0) return 0;
  const key = batch.spectrogram.dims.join();
  let count = known.get(key);
  if (count === undefined) {
    const specs = Object.entries(batch).map(([name, { type, dims }]) => ({
      name,
      shape: [...dims],
      dtype: type === 'int32' ? ('int32' as const) : ('float32' as const),
    }));
    const { store } = made;
    count = countNoise([...specs, ...parameterSpecs(store)], (tensors, noise) =>
      store.bind(parametersAmong(store, tensors), () => trainingPass(made, config, tensors, noise).audio),
    );
    known.set(key, count);
  }
  return count;
}

/** What speaking a held-out batch needs. */
const SPOKEN = [
  'codes',
  'ssl',
  'text',
  'text_mask',
  'frame_mask',
  'spectrogram',
  'speaker',
  'starts',
  'mel',
  'posterior_noise',
];
const spoken = (batch: Batch): Batch =>
  Object.fromEntries(Object.entries(batch).filter(([name]) => SPOKEN.includes(name)));

/** Speaks held-out segments as in use, from the prior, and compares their mel with the recording's. */
function heldOutEvaluator(
  { model, store }: ConVitsOfConfig,
  config: VitsConfig,
  state: TrainingState,
  options: TrainingOptions,
): Promise<Evaluator> {
  const mel = melOf(config);
  const frames = config.train.segment_size / config.data.hop_length;
  return Evaluator.create(
    {
      store,
      batch: [],
      metrics: (batch) => {
        const { text_mask: textMask, frame_mask: frameMask, text } = batch;
        const style = model.style(batch.spectrogram, frameMask, undefined, batch.speaker);
        const codes = batch.codes ?? model.extractLatent(batch.ssl);
        const noise = batch.posterior_noise;
        const latent = model.latentFromPrior({
          codes,
          text,
          textMask,
          frameMask,
          style,
          noise,
          noiseScale: NOISE_SCALE,
        });
        const audio = model.decode(sliceSegments(latent, batch.starts, frames), style); // (B, 1, S)
        const made = mel.frames(tf.squeeze(audio, [1]));
        return { mel: absoluteDifference(made, batch.mel), audio, made };
      },
    },
    state,
    compileOptions(options.engine ?? {}),
  );
}

/** The first item of a batch: its segment as recorded and as made. */
function illustrationsOf(
  index: number,
  batch: Batch,
  outputs: Record<string, HostTensor>,
  sampleRate: number,
): Illustration[] {
  const [, frames, mels] = batch.mel.dims;
  const samples = batch.waveform.dims[2];
  const picture = (tensor: HostTensor) => {
    const data = tensor.data as Float32Array; // (frames, mels)
    const turned = Float32Array.from(
      { length: frames * mels },
      (_, i) => data[(i % frames) * mels + Math.floor(i / frames)],
    );
    return heatmap(turned, mels, frames);
  };
  const sound = (tensor: HostTensor) => ({ sampleRate, samples: (tensor.data as Float32Array).slice(0, samples) });
  return [
    { tag: `held-out/${index}/recorded`, picture: picture(batch.mel), audio: sound(batch.waveform) },
    { tag: `held-out/${index}/made`, picture: picture(outputs.made), audio: sound(outputs.audio) },
  ];
}
