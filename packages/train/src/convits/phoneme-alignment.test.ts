// Nobody says where the phonemes of the corpus sound; it is found out.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openPrepared, type PreparedTurn } from '@gpt-talker/dataset';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { ConVitsBatches } from './batches';
import { CropSampler } from './crops';
import { learnAlignment } from './phoneme-alignment';
import type { ConVitsRecipe } from './recipe';

const recipe = {
  ...{ seed: 1, accumulate: 1 },
  examples: { kind: 'crops', utterances: 3, tokens: 10, phonemes: 8, referenceFrames: 6 },
  audio: { sampleRate: 4000, hopSamples: 80, fftSize: 256, windowSamples: 256 },
  model: { interChannels: 2, symbols: 322, quantizer: { kind: 'spectral', size: 12, width: 8 } },
} as unknown as ConVitsRecipe & { examples: { kind: 'crops' } };
const PHONEMES = 5;

test('phonemes are laid where they sound, and crops say so frame by frame', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'alignment-'));
  const corpus = await openPrepared(await writeTinyCorpus(folder, { dialogues: 40, turns: 1, sampleRate: 4000 }));
  const align = await learnAlignment(corpus, recipe);
  const turns: PreparedTurn[] = [];
  for await (const dialogue of corpus.dialogues('train')) turns.push(...dialogue.turns);
  let [right, all] = [0, 0];
  for (const turn of turns) {
    const sounding = align(turn);
    expect(sounding).toHaveLength(turn.tokens.length);
    sounding.forEach((phoneme, token) => {
      // A phoneme that follows itself cannot be told from it.
      const expected = Math.floor((token * PHONEMES) / turn.tokens.length);
      right += Number(turn.phonemes[phoneme] === turn.phonemes[expected]);
      all++;
    });
  }
  expect(right / all).toBeGreaterThan(0.85);

  const [{ batch }] = await (await CropSampler.open(corpus, 'train', { ...recipe, align })).at(3);
  expect(batch.alignment.dims).toEqual([3, 20, 8]);
  const frames = Array.from(
    { length: 60 },
    (_, frame) => batch.alignment.data.slice(frame * 8, frame * 8 + 8) as Float32Array,
  );
  // Two frames a token, and one phoneme a frame, never one of the padding.
  frames.forEach((frame, index) => {
    expect(frame.reduce((sum, value) => sum + value, 0)).toBeLessThanOrEqual(1);
    expect([...frame.slice(PHONEMES)]).toEqual([0, 0, 0]);
    if (index % 2) expect(frame).toEqual(frames[index - 1]);
  });
  expect(frames.filter((frame) => frame.some(Boolean)).length).toBeGreaterThan(50);

  const without = await ConVitsBatches.open(corpus, { ...recipe, lossWeights: { mel: 1, kl: 1 } }, {
    addTo: (plain: unknown) => plain,
  } as never);
  expect((await without.at(3)).batches[0].alignment).toBeUndefined();
  await corpus.close();
  await rm(folder, { recursive: true, force: true });
});

test('a turn that lasts longer than its phonemes can is aligned nowhere', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'alignment-'));
  const corpus = await openPrepared(await writeTinyCorpus(folder, { sampleRate: 4000 }));
  const align = await learnAlignment(corpus, recipe);
  const endless = { phonemes: [1], tokens: Array<number>(400).fill(0) };
  expect([...new Set(align(endless))]).toEqual([-1]);
  await corpus.close();
  await rm(folder, { recursive: true, force: true });
});
