// Configurations as they are shipped are valid; what is misspelt or wrong is named in one line.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { nearestName, readGptConfig, readRecipes, readStageConfig, readVitsConfig } from './index';

const CONFIGS = path.join(__dirname, '../../../../configs');
let folder: string;
beforeEach(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'config-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

async function changed(name: string, change: (text: string) => string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, change(await readFile(path.join(CONFIGS, name), 'utf8')));
  return file;
}

test.each([
  ['voice-tiny.yaml', 'voice'],
  ['voice-small.yaml', 'voice'],
  ['s1longer.yaml', 'gpt'],
  ['s1-tiny.yaml', 'gpt'],
  ['s2.json', 'vits'],
  ['s2-tiny.json', 'vits'],
])('%s is a valid %s configuration', async (name, kind) => {
  expect((await readStageConfig(path.join(CONFIGS, name))).kind).toBe(kind);
});

test('the published sizes are read', async () => {
  const { model, optimizer } = await readGptConfig(path.join(CONFIGS, 's1longer.yaml'));
  expect([model.n_layer, model.hidden_dim, optimizer.lr, optimizer.decay_steps]).toEqual([24, 512, 0.01, 40000]);
  const { train } = await readVitsConfig(path.join(CONFIGS, 's2.json'));
  expect([train.c_mel, train.text_low_lr_rate, train.segment_size, train.reference_split]).toEqual([
    45,
    0.4,
    20480,
    false,
  ]);
});

test.each([
  ['warmup_steps', 'warm_up_steps', "unknown key 'optimizer.warm_up_steps'; did you mean 'warmup_steps'?"],
  ['  n_layer:', '  n_layers:', "unknown key 'model.n_layers'; did you mean 'n_layer'?"],
  ['epochs: 20', 'epochs: many', 'train.epochs: '],
])('s1longer.yaml with %s as %s: %s', async (good, bad, message) => {
  const file = await changed('s1longer.yaml', (text) => text.replace(good, bad));
  await expect(readStageConfig(file)).rejects.toMatchObject({
    name: 'VoiceConfigError',
    message: expect.stringContaining(message),
  });
});

test('a configuration of an earlier version says where what it lacks is to be had', async () => {
  const file = await changed('voice-tiny.yaml', (text) => text.replace(/^ {4}fftSize: .*\n/m, ''));
  await expect(readStageConfig(file)).rejects.toThrow(
    /: vits\.model\.fftSize is missing; take it from a configuration of today \(gpt-talker-train config\)$/,
  );
});

test('keys of sections with defaults are checked as well', async () => {
  const lora = (text: string) => text.replace('train:\n', 'train:\n  lora: { rnak: 4 }\n');
  await expect(readGptConfig(await changed('s1longer.yaml', lora))).rejects.toThrow(
    /'train.lora.rnak'.*'rank'|train.lora.rank/,
  );
});

test('malformed files and other files are refused', async () => {
  const file = path.join(folder, 'x.yaml');
  await writeFile(file, 'train: [');
  await expect(readStageConfig(file)).rejects.toThrow(/x\.yaml: /);
  await writeFile(file, 'hello: 1');
  await expect(readStageConfig(file)).rejects.toThrow(/neither a voice/);
});

test.each([
  ['an unknown tag', 'train: !secret { seed: 1 }', /Unresolved tag/],
  ['an alias without an anchor', 'train: *none', /[Uu]nresolved alias|alias/],
  ['a key twice', 'train: 1\ntrain: 2', /unique/],
  ['deep nesting', '['.repeat(5000), /nested more than 32 levels/],
  ['deep nesting by indentation', '- '.repeat(5000) + 'x', /nested more than 32 levels/],
])('%s is refused in one line', async (_, text, message) => {
  const file = path.join(folder, 'x.yaml');
  await writeFile(file, text);
  await expect(readStageConfig(file)).rejects.toMatchObject({
    name: 'VoiceConfigError',
    message: expect.stringMatching(message),
  });
  await expect(readStageConfig(file)).rejects.not.toThrow(/\n/);
});

test('frames keep time with speech codes', async () => {
  const file = await changed('voice-small.yaml', (text) => text.replace('hopSamples: 320', 'hopSamples: 256'));
  await expect(readRecipes(file)).rejects.toThrow(
    /voice-small\.yaml: sampleRate 16000 with hopSamples 256 is not 50 frames a second.*make hopSamples 320$/,
  );
});

test('a folder is no configuration', async () => {
  await expect(readStageConfig(folder)).rejects.toThrow(/is no file/);
});

test('the nearest name is near', () => {
  expect(nearestName('leraning_rate', ['learning_rate', 'betas'])).toBe('learning_rate');
  expect(nearestName('colour', ['betas', 'epochs'])).toBeUndefined();
});
