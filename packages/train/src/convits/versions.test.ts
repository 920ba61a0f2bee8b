// Stage 2 of GPT-SoVITS v2Pro: trained from its base files with a speaker's embedding for every utterance, judged at two more periods.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from '@gpt-talker/checkpoint';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { conVitsRecipeOf, vitsConfigSchema, type VitsConfig } from '../config/vits-config';
import type { ConVitsRecipe } from './recipe';
import { parameterKey } from '../engine/step';
import { createConVits } from './model';
import { trainConVits } from './train';

tf.enableProdMode();
// Generous: other work may have the processor.
jest.setTimeout(300_000);
const RATE = 4000;
const SPEAKER = 16;

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'convits-pro-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

function config(model: Partial<VitsConfig['model']> = {}): ConVitsRecipe {
  const config = vitsConfigSchema.parse({
    train: {
      ...{ seed: 1, epochs: 1, learning_rate: 0.002, betas: [0.8, 0.99], eps: 1e-9, batch_size: 2, lr_decay: 0.99 },
      ...{ segment_size: 640, c_mel: 45, c_kl: 1, text_low_lr_rate: 0.4, bucket_frames: [40], phonemes_per_frame: 0.2 },
    },
    data: {
      ...{ sampling_rate: RATE, filter_length: 256, hop_length: 80, win_length: 256, n_mel_channels: 12 },
      ...{ mel_fmin: 0, mel_fmax: null },
    },
    model: {
      ...{ inter_channels: 4, hidden_channels: 8, filter_channels: 8, n_heads: 2, n_layers: 1, kernel_size: 3 },
      ...{ p_dropout: 0, resblock: '2', resblock_kernel_sizes: [3], resblock_dilation_sizes: [[1]] },
      ...{ upsample_rates: [10, 8], upsample_initial_channel: 8, upsample_kernel_sizes: [10, 8], gin_channels: 12 },
      ...{ codebook_size: 12, codebook_width: 6, posterior_layers: 1, flow_layers: 1, style_hidden_channels: 8 },
      ...{ version: 'v2Pro', style_bins: 80, speaker_width: SPEAKER, cross_attention_channels: 8 },
      ...{ discriminator_size: 1, scale_discriminator: false, ...model },
    },
  });
  return conVitsRecipeOf(config);
}

test('what the configuration leaves out is as the version has it', () => {
  const { store } = createConVits(config());
  // One judge a period: 2, 3, 5, 7, 11, 17 and 23.
  expect(new Set(store.names().flatMap((name) => /^discriminators\.\d+/.exec(name) ?? [])).size).toBe(7);
  expect(store.get('enc_p.text_embedding.weight').shape[0]).toBe(732);
  expect(store.get('ref_enc.spectral.0.fc.weight').shape[1]).toBe(80);
  expect(store.get('sv_emb.weight').shape).toEqual([12, SPEAKER]);
  store.dispose();
  const v2 = createConVits(config({ version: 'v2', speaker_width: undefined, cross_attention_channels: undefined }));
  expect(v2.store.has('sv_emb.weight')).toBe(false);
  v2.store.dispose();
});

test('the projection of the speaker learns; a corpus without speakers is refused by name', async () => {
  const corpus = { dialogues: 5, turns: 2, sampleRate: RATE };
  const prepared = await writeTinyCorpus(path.join(folder, 'corpus'), { ...corpus, speakerWidth: SPEAKER });
  const before = createConVits(config()).store.toArrays();
  const options = {
    logEverySteps: 1,
    validateEverySteps: 1000,
    engine: { threads: 1, optimization: 'disabled' as const },
  };
  const directory = path.join(folder, 'run');
  const losses: number[] = [];
  const onLog = ({ metrics }: { metrics: Record<string, number> }) => void losses.push(metrics.loss);
  await trainConVits(config(), { ...options, prepared, directory, onLog });
  expect(losses.length).toBeGreaterThan(0);
  expect(losses.every(Number.isFinite)).toBe(true);
  const { tensors } = readSafetensors(await readFile(path.join(directory, 'last.safetensors')));
  for (const name of ['sv_emb.weight', 'prelu.weight', 'ge_to512.weight', 'ref_enc.fc.fc.weight'])
    expect(tensors.get(parameterKey(name))!.data).not.toEqual(before.get(name)!.data);

  const without = await writeTinyCorpus(path.join(folder, 'without'), corpus);
  await expect(
    trainConVits(config(), { ...options, prepared: without, directory: path.join(folder, 'none') }),
  ).rejects.toThrow(
    /^\d_\d_d\d: has no speaker's embedding, which this model is trained with; prepare with the speaker encoder/,
  );
});
