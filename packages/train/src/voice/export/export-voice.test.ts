// Any pair of runs becomes a voice that opens and speaks, roles and layout kept; what does not belong together is refused, naming both
// sides; and what goes back to upstream's format comes in again whole.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { publishedData, publishedTrain } from '../../../test/published-vits-config';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { writeSafetensors } from '@gpt-talker/checkpoint';
import { Gpt } from '@gpt-talker/gpt';
import type { ParameterStore } from '@gpt-talker/nn';
import { SessionHost } from '@gpt-talker/runtime';
import { SpectralEncoder } from '@gpt-talker/tokenizer';
import { Vits } from '@gpt-talker/vits';
import { openVoice } from '@gpt-talker/voice';
import { CODES, HUBERT_WIDTH, writeMadeUpWeights, type MadeUpWeights } from '../../../test/made-up-weights';
import { conGptRecipeOf, gptConfigSchema } from '../../config/gpt-config';
import { conVitsRecipeOf, vitsConfigSchema } from '../../config/vits-config';
import { createConGpt } from '../../congpt/model';
import { createConVits } from '../../convits/model';
import { parameterKey } from '../../engine/step';
import { spectralOrigin, writeRunFile, type AnyRecipe, type TokenOrigin } from '../../run/run-file';
import { importVoice } from '../import';
import { exportUpstreamGpt, exportUpstreamVits } from './export-upstream';
import { exportVoice, type ExportVoiceOptions } from './export-voice';

tf.enableProdMode();
jest.setTimeout(300_000);

const gptConfig = (change: { vocab_size?: number; phoneme_vocab_size?: number } = {}) => {
  const { vocab_size = CODES + 1 } = change;
  return gptConfigSchema.parse({
    train: { seed: 1, epochs: 1, batch_size: 1, lora: { rank: 2 } },
    optimizer: { lr: 0.01, lr_init: 0.001, lr_end: 0.001, warmup_steps: 1, decay_steps: 2 },
    data: { max_positions: 300, history_shares: [0.5, 0.2, 0.2, 0.1] },
    model: {
      ...{ vocab_size, phoneme_vocab_size: 512, embedding_dim: 16, hidden_dim: 16, head: 2, linear_units: 64 },
      ...{ n_layer: 2, dropout: 0, EOS: vocab_size - 1, feature_width: 0, ...change },
    },
    inference: { top_k: 7 },
  });
};
const vitsConfig = vitsConfigSchema.parse({
  train: publishedTrain,
  data: publishedData,
  model: {
    ...{ inter_channels: 4, hidden_channels: 8, filter_channels: 8, n_heads: 2, n_layers: 2, kernel_size: 3 },
    ...{ p_dropout: 0.1, resblock: '2', resblock_kernel_sizes: [3], resblock_dilation_sizes: [[1, 3]] },
    ...{ upsample_rates: [10, 8, 8], upsample_initial_channel: 32, upsample_kernel_sizes: [16, 16, 8] },
    ...{ gin_channels: 8, discriminator_size: 1, codebook_size: CODES, codebook_width: HUBERT_WIDTH },
    ...{ posterior_layers: 1, style_hidden_channels: 8 },
  },
});

let home: string;
let weights: MadeUpWeights;
let codebook: Uint8Array;
const runs = { gpt: '', vits: '' };

/** A folder as a run leaves it, with the initial weights. */
async function runOf(name: string, recipe: AnyRecipe, tokens?: TokenOrigin): Promise<string> {
  const directory = path.join(home, name);
  const { store }: { store: ParameterStore } = recipe.stage === 'gpt' ? createConGpt(recipe) : createConVits(recipe);
  const tensors = new Map([...store.toArrays()].map(([key, array]) => [parameterKey(key), array]));
  await mkdir(directory, { recursive: true });
  await writeFile(
    path.join(directory, 'last.safetensors'),
    writeSafetensors(tensors, { format: 'gpt-talker-training' }),
  );
  await writeRunFile(directory, { recipe, tokens });
  return directory;
}

const glide = (hertz: number) => ({
  samples: Float32Array.from({ length: 16_000 }, (_, n) => 0.3 * Math.sin((n * hertz * (1 + n / 32_000)) / 2546)),
  sampleRate: 16_000,
});

beforeAll(async () => {
  home = await mkdtemp(path.join(os.tmpdir(), 'export-'));
  weights = await writeMadeUpWeights(home);
  const encoder = await SpectralEncoder.fit([glide(120), glide(200), glide(290)], { codes: CODES, seed: 1 });
  codebook = encoder.toBytes();
  runs.gpt = await runOf('gpt', conGptRecipeOf(gptConfig()));
  runs.vits = await runOf('vits', conVitsRecipeOf(vitsConfig));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const options = (change: Partial<ExportVoiceOptions> = {}): ExportVoiceOptions => ({
  ...{ ...runs, references: [], description: 'made up', license: 'MIT', origin: 'a test' },
  ...{ output: path.join(home, 'voice'), ...change },
});

test.each([
  ['HuBERT', 'float32', () => ({ hubertFolder: weights.hubert })],
  ['spectral codes', 'int8', () => ({ codebook })],
] as const)('runs in upstream keys become a voice that encodes by %s and speaks (%s)', async (kind, stored, hears) => {
  const manifest = await exportVoice(options({ ...hears(), weights: stored }));
  expect(manifest).toMatchObject({
    name: 'ConGPT',
    sampleRate: 32_000,
    hopSamples: 640,
    layout: { order: 'interleaved', textMask: 'causal', roles: true, historyTurns: 3, maxPositions: 300 },
    semantic: { vocabulary: CODES + 1, endOfSpeech: CODES, tokensPerSecond: 25 },
    sampling: { topK: 7, repetitionPenalty: 1.35, minimumTokens: 11 },
    encoder: { kind: kind === 'HuBERT' ? 'hubert' : 'spectral' },
  });
  expect('quantizer' in manifest.files).toBe(kind === 'HuBERT');
  const voice = await openVoice(path.join(home, 'voice'));
  const host = await SessionHost.start({ intraOpThreads: 1 });
  try {
    const gpt = await Gpt.load(host, voice);
    const vits = await Vits.load(host, voice);
    const text = { kind: 'text' as const, role: 'agent' as const, phonemes: Int32Array.of(20, 30, 40) };
    const tokens: number[] = [];
    for await (const token of gpt.generate([text], { seed: 1, maximumTokens: 12 })) tokens.push(token);
    expect(tokens.length).toBeGreaterThanOrEqual(11);
    const style = await vits.style({ samples: new Float32Array(32_000).fill(0.1), sampleRate: 32_000 });
    const { samples } = await vits.synthesize({ tokens, phonemes: [20, 30, 40], style, seed: 1 });
    expect(samples).toHaveLength(tokens.length * 2 * 640);
  } finally {
    await host.dispose();
  }
});

test('what does not belong together is refused in one line that names both sides', async () => {
  const refused = async (change: Partial<ExportVoiceOptions>, message: RegExp) => {
    await expect(exportVoice(options(change))).rejects.toThrow(message);
    await expect(exportVoice(options(change))).rejects.not.toThrow(/\n/);
  };
  const fewer = await runOf('fewer', conGptRecipeOf(gptConfig({ vocab_size: 12 })));
  await refused({ gpt: fewer, codebook }, /fewer counts 11 speech tokens, .*vits has 16/);
  await refused({}, /What hears for the voice is missing/);
  await refused({ gpt: runs.vits, codebook }, /vits: is a run of ConVITS; give one of ConGPT/);
  const other = { codes: CODES, encoder: `spectral ${'0'.repeat(64)}` };
  const spectral = await runOf('spectral', conGptRecipeOf(gptConfig()), other);
  await refused(
    { gpt: spectral, codebook },
    /spectral was made with the speech codes spectral 000000000000….*, the given codebook with spectral/,
  );
  await refused(
    { gpt: spectral, hubertFolder: weights.hubert },
    /spectral was trained on spectral codes, and --hubert/,
  );
  const same = await runOf('same', conVitsRecipeOf(vitsConfig), spectralOrigin(codebook));
  await refused({ gpt: spectral, vits: same, codebook }, /spectral was made with .*, .*same with/);
  await rm(path.join(home, 'fewer', 'run.json'));
  await refused({ gpt: fewer, codebook }, /fewer: has no run\.json.*--config/);
});

test('what goes back to upstream comes in again whole: roles, layout and sampling', async () => {
  const files = { gpt: path.join(home, 'back.ckpt'), vits: path.join(home, 'back.pth') };
  const gpt = path.join(runs.gpt, 'last.safetensors');
  await exportUpstreamGpt(gptConfig(), { checkpoint: gpt, output: files.gpt });
  await exportUpstreamVits(vitsConfig, { checkpoint: path.join(runs.vits, 'last.safetensors'), output: files.vits });
  const { manifest } = await importVoice({
    ...{ family: 'gpt-talker', gptCheckpoint: files.gpt, vitsCheckpoint: files.vits, hubertFolder: weights.hubert },
    ...{ name: 'back', license: 'MIT', output: path.join(home, 'imported') },
  });
  expect(manifest.layout).toEqual({
    ...{ order: 'interleaved', textMask: 'causal', historyTurns: 3, roles: true, maxPositions: 300 },
  });
  expect(manifest.sampling).toMatchObject({ topK: 7, minimumTokens: 11 });
});
