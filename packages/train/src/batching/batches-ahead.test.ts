// Batches that are made ahead are those that are made between steps; both ends of the threads' talk run in this one here.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { withPrepared } from '@gpt-talker/dataset';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import type { ConGptRecipe } from '../congpt/recipe';
import type { ConVitsRecipe } from '../convits/recipe';
import type { NoiseCount } from '../engine/noise';
import type { StepBatches } from '../run/stage';
import { BatchesAhead, withBatches, type BatchesPort } from './batches-ahead';
import { serveBatches } from './batch-server';
import type { BatchPlan } from './messages';
import { openBatches } from './open-batches';

const RATE = 4000;
const common = { name: 'tiny', seed: 5, length: { epochs: 3 } };
const gpt = {
  ...{ ...common, stage: 'gpt', accumulate: 2, layout: { order: 'interleaved', textMask: 'causal' } },
  model: { semanticVocabulary: 12, phonemeVocabulary: 16, featureWidth: 0, roles: true },
  examples: {
    ...{ order: 'epochs', rows: 2, positions: 96, historyShares: [0.5, 0.5], roles: ['user', 'agent'] },
    ...{ validationBatches: 1, positionsKey: 'positions' },
  },
} as unknown as ConGptRecipe;
const vits = {
  ...{ ...common, stage: 'vits', accumulate: 1 },
  examples: { kind: 'crops', utterances: 3, tokens: 10, phonemes: 8, referenceFrames: 6 },
  audio: { sampleRate: RATE, hopSamples: 80, fftSize: 256, windowSamples: 256 },
  model: { interChannels: 2, symbols: 322, quantizer: { kind: 'spectral', size: 12, width: 8 } },
  lossWeights: { mel: 1, kl: 1 },
} as unknown as ConVitsRecipe;

let folder: string;
let prepared: string;
const ports: MessagePort[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ahead-'));
  prepared = await writeTinyCorpus(folder, { sampleRate: RATE });
});
afterEach(() => ports.splice(0).forEach((port) => port.close()));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As many as the ids or the codes of the batch are. */
const count: NoiseCount = (inputs) =>
  inputs.find(({ name }) => name === 'ids' || name === 'codes')!.shape.reduce<number>((a, b) => a * Number(b), 1);

/** Both ends, and what is asked over the border. */
async function ahead(plan: BatchPlan, prefetch = 2) {
  const { port1: own, port2: other } = new MessageChannel();
  ports.push(own);
  serveBatches(other);
  const asked: { want?: string; step?: number }[] = [];
  const post = own.postMessage.bind(own);
  own.postMessage = (message: { want?: string }) => {
    asked.push(message);
    post(message);
  };
  return { batches: await BatchesAhead.open(own as unknown as BatchesPort, plan, count, prefetch), asked };
}

const plain = ({ batches, names }: StepBatches) => ({
  names,
  batches: batches.map((batch) =>
    Object.fromEntries(Object.entries(batch).map(([name, { type, data, dims }]) => [name, [type, dims, [...data]]])),
  ),
});

test.each([gpt, vits])('batches of $stage are the same, in any order and from any step', async (recipe) => {
  const { batches } = await ahead({ prepared, recipe });
  await withPrepared(prepared, async (corpus) => {
    const own = await openBatches(corpus, { recipe }, count);
    expect([batches.stepsPerEpoch, batches.totalSteps]).toEqual([own.stepsPerEpoch, own.totalSteps]);
    for (const step of [0, 1, 2, 3, 1, 7]) {
      const made = plain(await batches.at(step));
      expect(made).toEqual(plain(await own.at(step)));
      expect(made.batches[0].dropout[2]).not.toHaveLength(0);
    }
    const shown = (list: StepBatches['batches']) => plain({ batches: list, names: [] });
    expect(shown(await batches.validation())).toEqual(shown(await own.validation()));
  });
});

test('the next steps are asked for at once, and none twice', async () => {
  const { batches, asked } = await ahead({ prepared, recipe: vits });
  const steps = () => asked.filter(({ want }) => want === 'step').map(({ step }) => step);
  await batches.at(0);
  expect(steps()).toEqual([0, 1, 2]);
  await batches.at(1);
  await batches.at(2);
  expect(steps()).toEqual([0, 1, 2, 3, 4]);
  await batches.at(10);
  expect(steps()).toEqual([0, 1, 2, 3, 4, 10, 11, 12]);
});

test('what is wrong with the corpus is told as in one thread: when it is opened, and when the step has come', async () => {
  const narrow = { ...gpt, examples: { ...gpt.examples, positions: 3 } };
  await expect(ahead({ prepared, recipe: narrow })).rejects.toMatchObject({
    name: 'TrainingDataError',
    message: 'No turn has at most 3 positions; raise positions.',
  });
  await expect(ahead({ prepared: path.join(folder, 'none'), recipe: gpt })).rejects.toMatchObject({
    name: 'DatasetError',
    code: 'prepared',
  });
  const fewer = { ...vits, model: { ...vits.model, symbols: 2 } };
  const { batches } = await ahead({ prepared, recipe: fewer });
  await expect(batches.at(0)).rejects.toThrow(/phoneme \d is not one of the model's 2/);
});

test('a dropout that cannot be counted fails the step that takes it', async () => {
  const failing = () => Promise.reject(new RangeError('no such shape'));
  const { port1: own, port2: other } = new MessageChannel();
  ports.push(own);
  serveBatches(other);
  const batches = await BatchesAhead.open(own as unknown as BatchesPort, { prepared, recipe: vits }, failing);
  await expect(batches.at(0)).rejects.toMatchObject({ name: 'RangeError', message: 'no such shape' });
});

test('sources that run as they are make batches in this thread', async () => {
  const steps = await withBatches({ prepared, recipe: vits }, count, undefined, async (batches) => batches.totalSteps);
  expect(steps).toBeGreaterThan(0);
});
