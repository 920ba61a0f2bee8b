// The measures say what they should of speech and tokens that are known; a model that needs the history is seen to need it.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Audio } from '@gpt-talker/audio';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { conGptRecipeOf, gptConfigSchema } from '../config/gpt-config';
import { trainConGpt } from '../congpt/train';
import { compareSpeech } from './compare-speech';
import { evaluate, evaluationTable } from './evaluate';
import { repeatedSequence, tokenHealth } from './token-health';

tf.enableProdMode();
jest.setTimeout(300_000);
let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'evaluate-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A voiced tone with harmonics, half a second of silence after it. */
function tone(hertz: (seconds: number) => number, seconds: number): Audio {
  let phase = 0;
  const samples = Float32Array.from({ length: 16000 * (seconds + 0.5) }, (_, n) => {
    if (n >= 16000 * seconds) return 0;
    phase += (2 * Math.PI * hertz(n / 16000)) / 16000;
    return 0.3 * (Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.3 * Math.sin(3 * phase));
  });
  return { samples, sampleRate: 16000 };
}

test('speech is at no distance from itself; a third higher and half as long is seen', async () => {
  const real = tone((t) => 150 + 50 * t, 1);
  const same = await compareSpeech(real, real);
  expect(same).toMatchObject({ melCepstralDistortion: 0, logPitchRmse: 0, voicingError: 0, durationError: 0 });
  expect(same.logPitchCorrelation).toBeCloseTo(1, 5);
  const other = await compareSpeech(
    tone((t) => 1.3 * (150 + 50 * t), 1),
    real,
  );
  expect(other.logPitchRmse).toBeGreaterThan(0.2);
  expect(other.logPitchRmse).toBeLessThan(0.32);
  expect(other.logPitchCorrelation).toBeGreaterThan(0.8);
  expect(other.pitchContourDistance).toBeLessThan(0.05);
  expect(other.melCepstralDistortion).toBeGreaterThan(0.5);
  expect(other.melCepstralDistortion).toBeLessThan(20);
  const short = await compareSpeech(
    tone((t) => 150 + 100 * t, 0.25),
    real,
  );
  expect(short.durationError).toBeCloseTo(0.5, 2);
});

test('stutters are found, held tokens and ordinary speech are not', () => {
  expect(repeatedSequence([9, 1, 2, 3, 1, 2, 3, 1, 2, 3, 8])).toEqual({ start: 1, length: 3 });
  expect(repeatedSequence([1, 2, 3, 1, 2, 3, 4, 5])).toBeUndefined();
  expect(repeatedSequence(Array<number>(60).fill(7))).toBeUndefined();
  const reply = (count: number, stopReason: 'length' | 'end-of-speech') => ({
    tokens: Array.from({ length: count }, (_, i) => i),
    phonemes: 10,
    stopReason,
  });
  expect(tokenHealth([reply(30, 'end-of-speech'), reply(100, 'length')], 3)).toEqual({
    ...{ endFailures: 0.5, repeating: 0, tokensPerPhoneme: 6.5, lengthOutliers: 0.5 },
  });
});

test('a reply that copies the turn before it is less surprising after its own history', async () => {
  // Replies are the tokens of the turn before: without it nothing is known of them.
  const file = await writeTinyCorpus(path.join(folder, 'echo'), { dialogues: 40, turns: 2, phonemes: 2, seconds: 0.2 });
  const lines = (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => {
      const dialogue = JSON.parse(line);
      dialogue.turns[1].phonemes = [1, 1];
      dialogue.turns[1].tokens = dialogue.turns[0].tokens;
      return JSON.stringify(dialogue);
    });
  await writeFile(file, lines.join('\n') + '\n');
  const config = {
    train: { seed: 3, epochs: 60, batch_size: 4 },
    optimizer: { kind: 'adamw', lr: 0.01, lr_init: 0.001, lr_end: 0.001, warmup_steps: 5, decay_steps: 400 },
    data: { max_positions: 60, history_shares: [0.2, 0.8] },
    model: {
      ...{ vocab_size: 12, phoneme_vocab_size: 16, embedding_dim: 16, hidden_dim: 16, head: 2, linear_units: 32 },
      ...{ n_layer: 2, dropout: 0, EOS: 11, feature_width: 0 },
    },
  };
  const configFile = path.join(folder, 'gpt.yaml');
  await writeFile(configFile, JSON.stringify(config));
  await trainConGpt(conGptRecipeOf(gptConfigSchema.parse(config)), {
    prepared: file,
    directory: path.join(folder, 'run'),
    validateEverySteps: 1000,
    engine: { threads: 1 },
  });
  const options = {
    prepared: file,
    output: path.join(folder, 'scores'),
    gpt: { config: configFile, checkpoint: path.join(folder, 'run/last.safetensors') },
    engine: { threads: 1 },
  };
  const { context } = await evaluate(options);
  expect(context!.replies).toBe(8);
  expect(context!.contextGain).toBeGreaterThan(0.1);
  expect(context!.gainOverShuffled).toBeGreaterThan(0.1);
  expect(context!.history.top1).toBeGreaterThan(context!.noHistory.top1);
  expect(evaluationTable({ context })).toMatch(/context gain +\d\.\d{4} {2}nats a token/);
  const written = JSON.parse(await readFile(path.join(folder, 'scores/evaluation.json'), 'utf8'));
  expect(written.context).toEqual(context);
  await expect(evaluate({ ...options, gpt: undefined })).rejects.toThrow(/nothing to evaluate/);
});

const VOICE = path.join(__dirname, '../../../voice-tiny/voice');
(existsSync(path.join(VOICE, 'voice.json')) ? test : test.skip)(
  'a voice speaks held-out replies beside the recordings',
  async () => {
    const prepared = await writeTinyCorpus(path.join(folder, 'spoken'), {
      dialogues: 5,
      turns: 2,
      sampleRate: 16000,
      seconds: 1,
    });
    const output = path.join(folder, 'spoken-scores');
    const { speech } = await evaluate({ prepared, output, voice: VOICE, limit: 1, engine: { threads: 1 } });
    expect(speech!.replies).toBe(1);
    expect(speech!.realTimeFactor).toBeGreaterThan(0.1);
    expect(speech!.distance.melCepstralDistortion).toBeGreaterThan(0);
    const page = await readFile(path.join(output, 'evaluation.html'), 'utf8');
    expect(page.match(/<audio controls/g)).toHaveLength(2);
    expect(page).not.toMatch(/(src|href)="(?!data:)/);
  },
);
