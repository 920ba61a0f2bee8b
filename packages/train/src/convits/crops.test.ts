// Stretches are taken from the turns they should be taken from, the same for the same step.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openPrepared, type PreparedCorpus, type PreparedTurn } from '@gpt-talker/dataset';
import type { HostTensor } from '@gpt-talker/runtime';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { CropSampler, type CropOptions } from './crops';

const options: CropOptions = {
  ...{ seed: 1, accumulate: 1 },
  examples: { kind: 'crops', utterances: 3, tokens: 10, phonemes: 8, referenceFrames: 6 },
  audio: { sampleRate: 4000, hopSamples: 80, fftSize: 256, windowSamples: 256 },
  model: { interChannels: 2, symbols: 322, quantizer: { kind: 'spectral', size: 12, width: 8 } },
};
const withExamples = (changes: Partial<CropOptions['examples']>): CropOptions => ({
  ...options,
  examples: { ...options.examples, ...changes },
});
const batchOf = async (sampler: CropSampler, step: number) => (await sampler.at(step))[0].batch;
let folder: string;
let corpus: PreparedCorpus;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'stretches-'));
  corpus = await openPrepared(await writeTinyCorpus(folder, { turns: 2, sampleRate: 4000 }));
});
afterAll(async () => {
  await corpus.close();
  await rm(folder, { recursive: true, force: true });
});

const row = ({ data, dims }: HostTensor, index: number): number[] => {
  const size = dims.slice(1).reduce((product, length) => product * length, 1);
  return [...(data as Int32Array).subarray(index * size, (index + 1) * size)];
};

it('takes stretches of training turns with all of their phonemes and the sound of just these tokens', async () => {
  const sampler = await CropSampler.open(corpus, 'train', options);
  expect(sampler.stepsPerEpoch).toBe(Math.floor(16 / 3));
  const turns: PreparedTurn[] = [];
  for await (const dialogue of corpus.dialogues('train')) turns.push(...dialogue.turns);
  const batch = await batchOf(sampler, 4);
  expect(Object.fromEntries(Object.entries(batch).map(([name, { dims }]) => [name, dims]))).toMatchObject({
    ...{ codes: [3, 1, 10], text: [3, 8], text_mask: [3, 1, 8], frame_mask: [3, 1, 20], waveform: [3, 1600] },
    ...{ spectrogram: [3, 129, 20], reference: [3, 129, 6], reference_mask: [3, 1, 6], prior_noise: [3, 2, 20] },
  });
  for (let index = 0; index < 3; index++) {
    const codes = row(batch.codes, index).join();
    const phonemes = [...turns[0].phonemes.map(() => 1), 0, 0, 0];
    expect(row(batch.text_mask, index)).toEqual(phonemes);
    const text = row(batch.text, index).slice(0, 5).join();
    expect(turns.some((turn) => turn.phonemes.join() === text && turn.tokens.join().includes(codes))).toBe(true);
    expect(row(batch.frame_mask, index).every((value) => value === 1)).toBe(true);
    expect(Math.max(...row(batch.waveform, index))).toBeGreaterThan(0.2);
  }
  expect(await batchOf(sampler, 4)).toEqual(batch);
  expect((await batchOf(sampler, 5)).codes).not.toEqual(batch.codes);
});

it('learns every utterance at one loudness, from references of any', async () => {
  const recorded = await batchOf(await CropSampler.open(corpus, 'train', options), 4);
  const sampler = await CropSampler.open(corpus, 'train', withExamples({ loudness: -40 }));
  const levelled = await batchOf(sampler, 4);
  // The first draws of a step are the same ones: its first row is the same stretch.
  expect(row(levelled.codes, 0)).toEqual(row(recorded.codes, 0));
  const [before, after] = [recorded, levelled].map(({ waveform }) => row(waveform, 0));
  const factor =
    after.reduce((sum, value, i) => sum + value * before[i], 0) / before.reduce((sum, v) => sum + v * v, 0);
  expect(factor).toBeGreaterThan(0);
  expect(factor).toBeLessThan(0.5);
  after.forEach((value, i) => expect(value).toBeCloseTo(before[i] * factor, 5));
  const most = ({ reference }: Record<string, HostTensor>) => Math.max(...row(reference, 0));
  const decibels = 20 * Math.log10(most(levelled) / most(recorded));
  expect(Math.abs(decibels)).toBeLessThan(6.01);
  expect(Math.abs(decibels)).toBeGreaterThan(0);
});

it('says why there is nothing to learn from', async () => {
  await expect(CropSampler.open(corpus, 'train', withExamples({ phonemes: 4 }))).rejects.toThrow(
    'No utterance with a recording has 8 tokens and 1 to 4 phonemes; raise train.phonemes',
  );
  const silent = await openPrepared(await writeTinyCorpus(path.join(folder, 'silent'), { dialogues: 4 }));
  await expect(CropSampler.open(silent, 'train', options)).rejects.toThrow('No utterance with a recording');
  await expect(CropSampler.open(silent, 'validation', options)).rejects.toThrow('no validation dialogue');
  await silent.close();
});
