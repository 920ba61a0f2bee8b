// Both stages of a voice on a tiny corpus: they learn what they should from turns read on demand, and resume bit for bit.
import { cp, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from '@gpt-talker/checkpoint';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { tinyVoiceConfig as config } from '../../test/tiny-voice-config';
import { voiceRecipesOf } from '../config/voice-config';
import type { LogEntry } from '../run/run';
import { ALIGNMENT_FILE } from '../congpt/alignment';
import { createConGpt } from '../congpt/model';
import { trainConGpt } from '../congpt/train';
import { trainConVits } from '../convits/train';
import type { TrainingOptions } from '../run/training-options';

tf.enableProdMode();
// Generous: other work may have the processor.
jest.setTimeout(300_000);
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

const [WHOLE, HALF] = [6, 2];

/**
 * The log of a whole run, and of what a second run makes of its folder as it was after two steps: a run that was stopped or killed
 * then. (`run.test.ts` stops runs; to record and compile a step a third time for that would take most of this file's time.)
 */
async function wholeAndRest(train: Train, name: string): Promise<{ whole: unknown[]; rest: unknown[] }> {
  const directory = path.join(folder, name);
  const whole = await logOf(train, name, { saveEverySteps: HALF, keepLast: 2 });
  await cp(directory, `${directory}-rest`, { recursive: true });
  await cp(
    path.join(directory, `checkpoints/step-${HALF}.safetensors`),
    path.join(`${directory}-rest`, 'last.safetensors'),
  );
  return { whole, rest: await logOf(train, `${name}-rest`, { resume: true }) };
}

test.each([
  ['ConGPT', trainGpt],
  ['ConVITS', trainVits],
])('%s resumes bit for bit, and closes the corpus', async (name, train) => {
  const { whole, rest } = await wholeAndRest(train, name);
  expect(whole).toHaveLength(WHOLE);
  expect(rest).toEqual(whole.slice(WHOLE / 2));
  const open = await readdir('/proc/self/fd').catch(() => []); // none where the system does not say
  const targets = await Promise.all(open.map((file) => readlink(`/proc/self/fd/${file}`).catch(() => '')));
  expect(targets).not.toContain(prepared);
});

test('ConVITS without a posterior resumes bit for bit; what is weighted is what is minimised, the alignment too', async () => {
  const { whole, rest } = await wholeAndRest(trainAligned, 'aligned');
  expect(whole).toHaveLength(WHOLE);
  expect(rest).toEqual(whole.slice(WHOLE / 2));
  const [{ metrics }] = whole as { metrics: Record<string, number> }[];
  expect(Object.keys(metrics).sort()).toEqual(['alignment', 'gradient_norm', 'loss', 'mel', 'pitch']);
  expect(metrics.loss).toBeCloseTo(45 * metrics.mel + 10 * metrics.pitch + 3 * metrics.alignment, 3);
});

test('ConGPT keeps the durations of its corpus beside its checkpoints', async () => {
  const alignment = JSON.parse(await readFile(path.join(folder, 'ConGPT', ALIGNMENT_FILE), 'utf8')) as {
    durations: number[];
    edgeTokens: number;
  };
  expect(alignment).toMatchObject({ freeTokens: 1.5, decayTokens: 2, following: { slope: 0 } });
  // A phoneme that was never seen: the mean.
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

test('discriminators judge crops, also where several batches make a step', async () => {
  const adversarial = { size: 1, periods: [2], scale: false, weight: 1, featureWeight: 2 };
  const judged = (accumulate: number): Train => {
    const train = { ...vitsTraining, adversarial, accumulate };
    return (options) => trainConVits(voiceRecipesOf({ ...config, vits: { ...config.vits, train } }).vits, options);
  };
  const [{ metrics }] = (await logOf(judged(1), 'judged', { totalSteps: 1 })) as { metrics: Record<string, number> }[];
  const expected = ['adversarial', 'adversary', 'feature', 'gradient_norm', 'kl', 'loss', 'mel', 'pitch'];
  expect(Object.keys(metrics).sort()).toEqual(expected);
  const terms = metrics.adversarial + 2 * metrics.feature + 45 * metrics.mel + metrics.kl + 10 * metrics.pitch;
  expect(metrics.loss).toBeCloseTo(terms, 3);

  const { whole, rest } = await wholeAndRest(judged(2), 'summed');
  expect(rest).toEqual(whole.slice(WHOLE / 2));
  const [first] = whole as { metrics: Record<string, number> }[];
  expect(Object.keys(first.metrics).sort()).toEqual(expected);
  const { tensors } = readSafetensors(await readFile(path.join(folder, 'summed', 'last.safetensors')));
  const moment = [...tensors].find(([name]) => name.startsWith('slot/first_moment/discriminators.'))!;
  expect((moment[1].data as Float32Array).some((value) => value !== 0)).toBe(true);
});

test("low-rank adapters train a voice's ConGPT: nothing else moves, but the roles", async () => {
  const lora = { rank: 2, alpha: 4, targets: ['in_proj' as const, 'linear1' as const] };
  const { gpt } = voiceRecipesOf({ ...config, gpt: { ...config.gpt, train: { ...config.gpt.train, lora } } });
  await logOf((options) => trainConGpt(gpt, options), 'adapted');
  const { tensors } = readSafetensors(await readFile(path.join(folder, 'adapted', 'last.safetensors')));
  const before = createConGpt(gpt).store.toArrays();
  const moved = [...before].filter(([name, { data }]) => {
    const after = tensors.get(`parameter/${name}`)!.data;
    return (data as Float32Array).some((value, index) => value !== after[index]);
  });
  expect(moved.map(([name]) => name.replace(/\.h\.layers\.0\./, '.'))).toEqual(
    expect.arrayContaining(['lora.model.linear1.weight.b', 'model.role_embedding.weight']),
  );
  expect(moved.every(([name]) => name.startsWith('lora.') || name.endsWith('role_embedding.weight'))).toBe(true);
});
