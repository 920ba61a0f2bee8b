// Both stages of a voice on a tiny corpus: they learn what they should from turns read on demand, and resume bit for bit.
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { voiceConfigSchema, voiceRecipesOf } from '../config/voice-config';
import type { LogEntry } from '../run/run';
import { ALIGNMENT_FILE } from '../congpt/alignment';
import { trainConGpt } from '../congpt/train';
import { trainConVits } from '../convits/train';
import type { TrainingOptions } from '../run/training-options';

tf.enableProdMode();
// Generous: other work may have the processor.
jest.setTimeout(300_000);
const learningRate = { initial: 0.001, peak: 0.002, end: 0.001, warmupSteps: 1 };
const shared = { learningRate, weightDecay: 0.01, betas: [0.9, 0.95], clipNorm: 1, totalSteps: 4 };
const config = voiceConfigSchema.parse({
  ...{ name: 'test', seed: 1, sampleRate: 4000, hopSamples: 80, historyTurns: 2, noiseScale: 0.3 },
  encoder: { codes: 12, registers: 1, utterances: 10, pitchWeight: 1 },
  gpt: {
    model: {
      ...{ layers: 1, width: 8, heads: 1, feedForward: 8, phonemeVocabulary: 322, dropout: 0.1, maxPositions: 200 },
      alignment: { freeTokens: 1.5, decayTokens: 2 },
    },
    train: { rows: 2, positions: 80, historyShares: [0.5, 0.5], roles: ['agent'], ...shared },
  },
  vits: {
    model: {
      ...{ interChannels: 4, hiddenChannels: 8, filterChannels: 8, textLayers: 1, speechLayers: 1, styleChannels: 8 },
      ...{ codeWidth: 8, attentionWindow: 4, posteriorLayers: 1, flow: { couplings: 2, kernel: 3, layers: 1 } },
      fftSize: 256,
      decoder: { width: 8, blocks: 1, expansion: 2, kernel: 3, fftSize: 128, parts: 2, pitchWidth: 8 },
    },
    train: {
      utterances: 2,
      tokens: 8,
      phonemes: 8,
      referenceFrames: 12,
      ...shared,
      lossWeights: { mel: 45, kl: 1, pitch: 10 },
    },
  },
  sampling: { topK: 5, topP: 1, temperature: 0.6, repetitionPenalty: 1, minimumTokens: 1 },
});

const recipes = voiceRecipesOf(config);
type Train = (options: TrainingOptions) => Promise<unknown>;
const trainGpt: Train = (options) => trainConGpt(recipes.gpt, options);
const trainVits: Train = (options) => trainConVits(recipes.vits, options);
const { train: vitsTraining } = config.vits;
const aligned = { ...vitsTraining, posteriorShare: 0, lossWeights: { mel: 45, kl: 0, pitch: 10, alignment: 3 } };
const trainAligned: Train = (options) =>
  trainConVits(voiceRecipesOf({ ...config, vits: { ...config.vits, train: aligned } }).vits, options);

let folder: string;
let prepared: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'voice-'));
  prepared = await writeTinyCorpus(path.join(folder, 'corpus'), { sampleRate: 4000 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The log without times. */
async function logOf(train: Train, name: string, options: Partial<TrainingOptions> = {}): Promise<unknown[]> {
  const logged: LogEntry[] = [];
  await train({
    ...{ prepared, directory: path.join(folder, name), logEverySteps: 1, validateEverySteps: 2 },
    engine: { threads: 1, optimization: 'disabled' },
    onLog: (entry) => logged.push(entry),
    ...options,
  });
  return logged.map(({ step, kind, metrics }) => ({ step, kind, metrics }));
}

/** Stops a run after its second step. */
function afterTwoSteps(): Partial<TrainingOptions> {
  const controller = new AbortController();
  return { signal: controller.signal, onLog: ({ kind, step }) => kind === 'train' && step === 2 && controller.abort() };
}

test.each([
  ['ConGPT', trainGpt],
  ['ConVITS', trainVits],
  ['ConVITS without a posterior', trainAligned],
])('%s resumes bit for bit, and closes the corpus', async (name, train) => {
  const whole = await logOf(train, `${name}-whole`);
  expect(whole).toHaveLength(6);
  await logOf(train, `${name}-parts`, afterTwoSteps());
  const rest = await logOf(train, `${name}-parts`, { resume: true });
  expect(rest).toEqual(whole.slice(3));
  const open = await readdir('/proc/self/fd').catch(() => []); // none where the system does not tell
  const targets = await Promise.all(open.map((file) => readlink(`/proc/self/fd/${file}`).catch(() => '')));
  expect(targets).not.toContain(prepared);
});

test('what is weighted is what is minimised: the alignment, and no posterior where none is decoded', async () => {
  const [{ metrics }] = (await logOf(trainAligned, 'aligned')) as { metrics: Record<string, number> }[];
  expect(Object.keys(metrics).sort()).toEqual(['alignment', 'gradient_norm', 'loss', 'mel', 'pitch']);
  expect(metrics.loss).toBeCloseTo(45 * metrics.mel + 10 * metrics.pitch + 3 * metrics.alignment, 3);
});

test('ConGPT keeps the durations of its corpus beside its checkpoints', async () => {
  const alignment = JSON.parse(await readFile(path.join(folder, 'ConGPT-whole', ALIGNMENT_FILE), 'utf8')) as {
    durations: number[];
    edgeTokens: number;
  };
  expect(alignment).toMatchObject({ freeTokens: 1.5, decayTokens: 2, following: { slope: 0 } });
  // A phoneme that was never heard: the mean.
  expect(Math.abs(alignment.durations[200] - 4)).toBeLessThan(0.01);
});

test.each([
  ['ConGPT', trainGpt],
  ['ConVITS', trainVits],
])('%s names the corpus that holds out nothing', async (name, train) => {
  const silent = await writeTinyCorpus(path.join(folder, `all-train-${name}`), { dialogues: 3, sampleRate: 4000 });
  await expect(logOf(train, `${name}-none`, { prepared: silent })).rejects.toMatchObject({
    code: 'empty',
    message: expect.stringMatching(/prepared\.jsonl: no validation dialogue/) as string,
  });
});
