// Corpus, codebook, configuration and checkpoint know each other: what does not belong together is refused in one line that names both
// sides, before anything is trained or written.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readWav, writeWav } from '@gpt-talker/audio';
import { prepare } from '@gpt-talker/dataset';
import { SpectralEncoder } from '@gpt-talker/tokenizer';
import { tinyVoiceConfig } from '../../test/tiny-voice-config';
import { voiceRecipesOf, type VoiceConfig } from '../config/voice-config';
import { trainConGpt } from '../congpt/train';
import { trainConVits } from '../convits/train';
import type { TrainingOptions } from './training-options';

tf.enableProdMode();
// Generous: other work may have the processor.
jest.setTimeout(300_000);
const RATE = 16_000;
const CODES = 12;
let folder: string;
const at = (name: string) => path.join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'belonging-'));
  const audio = Array.from({ length: 6 }, (_, turn) => hum(turn));
  for (const [dialogue, turns] of [audio.slice(0, 3), audio.slice(3)].entries()) {
    await mkdir(at(`recordings/${dialogue}`), { recursive: true });
    for (const [turn, wav] of turns.entries()) {
      const stem = at(`recordings/${dialogue}/${turn}_${turn % 2}_d${dialogue}`);
      await writeFile(`${stem}.wav`, wav);
      await writeFile(`${stem}.txt`, 'A day is here.');
    }
  }
  for (const [name, seed] of [
    ['one', 1],
    ['other', 2],
  ] as const) {
    const encoder = await SpectralEncoder.fit(
      audio.map((wav) => readWav(wav)),
      { codes: CODES, registers: 1, seed },
    );
    await writeFile(at(`${name}.safetensors`), encoder.toBytes());
    const speech = { kind: 'spectral' as const, codebook: at(`${name}.safetensors`) };
    const sound = { sampleRate: 8000, level: 'as-is' as const };
    await prepare({ corpus: at('recordings'), format: 'dailytalk', output: at(name), speech, sound });
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One and a half seconds of a vowel that glides. */
function hum(turn: number): Uint8Array {
  let phase = 0;
  const samples = Float32Array.from({ length: 1.5 * RATE }, (_, n) => {
    phase += (2 * Math.PI * (120 + 20 * turn + 30 * Math.sin(n / 3000))) / RATE;
    return 0.3 * Math.sin(phase) + 0.2 * Math.sin((2 + turn) * phase) * Math.sin(n / 900);
  });
  return writeWav({ samples, sampleRate: RATE });
}

const { gpt: tinyGpt, vits: tinyVits } = tinyVoiceConfig;
const config: VoiceConfig = {
  ...tinyVoiceConfig,
  gpt: { ...tinyGpt, train: { ...tinyGpt.train, positions: 120, roles: ['agent', 'user'] } },
  vits: { ...tinyVits, train: { ...tinyVits.train, phonemes: 20 } },
};
const recipes = (changes: Partial<VoiceConfig> = {}) => voiceRecipesOf({ ...config, ...changes });

const options = (corpus: string, out: string, more: Partial<TrainingOptions> = {}) => ({
  ...{ prepared: at(corpus), directory: at(out), totalSteps: 1, logEverySteps: 1, saveEverySteps: 1 },
  engine: { threads: 1, optimization: 'disabled' as const },
  ...more,
});

async function refused(run: Promise<unknown>, name: string, message: RegExp): Promise<void> {
  const error = (await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )) as Error;
  expect(error?.message).toMatch(message);
  expect(error.message).not.toContain('\n');
  expect(error.name).toBe(name);
}

test('another codebook than the corpus was prepared with', async () => {
  const run = trainConVits(recipes().vits, { ...options('one', 'codebook'), codebook: at('other.safetensors') });
  await refused(run, 'TrainingDataError', /other\.safetensors was made with the speech codes spectral .*, .*one with/);
  expect(existsSync(at('codebook/last.safetensors'))).toBe(false);
});

test('fewer codes or symbols than the corpus has', async () => {
  const fewer = recipes({ encoder: { ...config.encoder, codes: CODES - 1 } });
  const codes = /one was prepared with 12 speech codes \(spectral .*, test is configured for 11/;
  await refused(trainConGpt(fewer.gpt, options('one', 'fewer')), 'TrainingDataError', codes);
  await refused(trainConVits(fewer.vits, options('one', 'fewer')), 'TrainingDataError', codes);
  const { gpt } = config;
  const symbols = recipes({ gpt: { ...gpt, model: { ...gpt.model, phonemeVocabulary: 100 } } });
  await refused(
    trainConGpt(symbols.gpt, options('one', 'fewer')),
    'TrainingDataError',
    /one was prepared with 322 phoneme symbols, test is configured for 100/,
  );
  expect(existsSync(at('fewer'))).toBe(false);
});

test('a corpus whose phonemes are numbered by another list', async () => {
  const description = await readFile(at('one/corpus.json'), 'utf8');
  const { symbols } = JSON.parse(description);
  expect(symbols.count).toBe(322);
  try {
    await writeFile(at('one/corpus.json'), description.replace(symbols.sha256, '0'.repeat(64)));
    await refused(
      trainConGpt(recipes().gpt, options('one', 'renumbered')),
      'TrainingDataError',
      /one was prepared with a list of 322 phoneme symbols \(SHA-256 000000000000…\) that is not this version's/,
    );
  } finally {
    await writeFile(at('one/corpus.json'), description);
  }
});

test('resuming, or beginning, with what speaks of other codes; the run stays as it was', async () => {
  await trainConGpt(recipes().gpt, options('one', 'run'));
  const { tokens, symbols } = JSON.parse(await readFile(at('run/run.json'), 'utf8'));
  expect(tokens).toMatchObject({ codes: CODES, encoder: expect.stringMatching(/^spectral [0-9a-f]{64}$/) });
  expect(symbols).toMatchObject({ count: 322, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const before = await readFile(at('run/last.safetensors'));
  const other = /was made with the speech codes spectral .* \(12\), .*other with spectral .* \(12\)/;
  const resumed = trainConGpt(recipes().gpt, options('other', 'run', { resume: true, totalSteps: 2 }));
  await refused(resumed, 'TrainingDataError', other);
  const init = at('run/last.safetensors');
  await refused(trainConGpt(recipes().gpt, options('other', 'begun', { init })), 'TrainingDataError', other);
  const vits = trainConVits(recipes().vits, options('one', 'run', { resume: true }));
  await refused(vits, 'TrainingCheckpointError', /run: is a run of ConGPT; name another folder/);
  expect((await readFile(at('run/last.safetensors'))).equals(before)).toBe(true);

  const messages: string[] = [];
  const onMessage = (line: string) => messages.push(line);
  const changed = recipes({ seed: 2 }).gpt;
  await trainConGpt(changed, options('one', 'run', { resume: true, totalSteps: 2, onMessage }));
  expect(messages).toEqual([expect.stringMatching(/run: changed since the run began: seed 1 → 2, weightSeed 1 → 2$/)]);
});

test('a checkpoint of more layers, and one of another width', async () => {
  const sized = (model: Partial<VoiceConfig['gpt']['model']>) =>
    recipes({ gpt: { ...config.gpt, model: { ...config.gpt.model, ...model } } }).gpt;
  await trainConGpt(sized({ layers: 3 }), options('one', 'three'));
  const init = at('three/last.safetensors');
  await refused(
    trainConGpt(sized({ layers: 2 }), options('one', 'two', { init })),
    'TrainingCheckpointError',
    /three.last\.safetensors has more layers than this model: \d+ of its weights, model\.h\.layers\.2\./,
  );
  await refused(
    trainConGpt(sized({ layers: 2 }), options('one', 'three', { resume: true })),
    'TrainingCheckpointError',
    /three.last\.safetensors has more layers than the model: 12 of its parameters, parameter\/model\.h\.layers\.2\./,
  );
  await refused(
    trainConGpt(sized({ layers: 3, width: 16, heads: 2 }), options('one', 'wide', { init })),
    'TrainingCheckpointError',
    /has shape \[.*\], the model needs/,
  );
});
