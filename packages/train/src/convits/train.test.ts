// Stage 2 in upstream's keys, on a tiny corpus: both players learn, a frozen quantiser stays as it is, a trained one begins with
// k-means and moves, runs resume bit for bit, and fine-tuning begins with upstream's checkpoints.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors, writeTorch, type ArrayTensor } from '@gpt-talker/checkpoint';
import { parameterGroup } from '@gpt-talker/vits/model';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { conVitsRecipeOf, vitsConfigSchema, type VitsConfig } from '../config/vits-config';
import type { LogEntry } from '../run/run';
import { createConVits, isDiscriminator } from './model';
import { conVitsStep } from './objective';
import { trainConVits, type ConVitsTrainingOptions } from './train';

tf.enableProdMode();
// Generous: other work may have the processor.
jest.setTimeout(300_000);
const RATE = 4000;
let folder: string;
let prepared: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'convits-'));
  prepared = await writeTinyCorpus(path.join(folder, 'corpus'), {
    dialogues: 5,
    turns: 2,
    sampleRate: RATE,
    sslWidth: 6,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Sections = { [Section in keyof VitsConfig]?: Partial<VitsConfig[Section]> };

function tinyConfig(changes: Sections = {}): VitsConfig {
  return vitsConfigSchema.parse({
    train: {
      ...{ seed: 1, epochs: 8, learning_rate: 0.002, betas: [0.8, 0.99], eps: 1e-9, batch_size: 2, lr_decay: 0.99 },
      ...{ segment_size: 640, c_mel: 45, c_kl: 1, text_low_lr_rate: 0.4, bucket_frames: [40], phonemes_per_frame: 0.2 },
      ...changes.train,
    },
    data: {
      ...{ sampling_rate: RATE, filter_length: 256, hop_length: 80, win_length: 256, n_mel_channels: 12 },
      ...{ mel_fmin: 0, mel_fmax: null, ...changes.data },
    },
    model: {
      ...{ inter_channels: 4, hidden_channels: 8, filter_channels: 8, n_heads: 2, n_layers: 1, kernel_size: 3 },
      ...{ p_dropout: 0.1, resblock: '2', resblock_kernel_sizes: [3], resblock_dilation_sizes: [[1]] },
      ...{ upsample_rates: [10, 8], upsample_initial_channel: 8, upsample_kernel_sizes: [10, 8], gin_channels: 8 },
      ...{ codebook_size: 12, codebook_width: 6, symbols: 10, posterior_layers: 1, flow_layers: 1 },
      ...{
        style_hidden_channels: 8,
        discriminator_size: 1,
        periods: [2],
        scale_discriminator: false,
        ...changes.model,
      },
    },
  });
}

async function train(name: string, config: VitsConfig, options: Partial<ConVitsTrainingOptions> = {}) {
  const logged: LogEntry[] = [];
  const messages: string[] = [];
  const result = await trainConVits(conVitsRecipeOf(config), {
    prepared,
    directory: path.join(folder, name),
    logEverySteps: 1,
    validateEverySteps: 1000,
    engine: { threads: 1, optimization: 'disabled' },
    onLog: (entry) => logged.push(entry),
    onMessage: (line) => messages.push(line),
    ...options,
  });
  const metrics = logged.filter(({ kind }) => kind === 'train').map((entry) => entry.metrics);
  const { tensors } = readSafetensors(await readFile(path.join(folder, name, 'last.safetensors')));
  const weights = new Map<string, ArrayTensor>();
  for (const [key, tensor] of tensors)
    if (key.startsWith('parameter/')) weights.set(key.slice('parameter/'.length), tensor);
  return { result, logged, metrics, messages, weights, tensors };
}

const changedNames = (before: ReadonlyMap<string, ArrayTensor>, after: ReadonlyMap<string, ArrayTensor>): string[] =>
  [...before.keys()].filter((name) => before.get(name)!.data.some((value, i) => value !== after.get(name)!.data[i]));

test('both players learn with every loss; a frozen quantiser stays bit for bit', async () => {
  const config = tinyConfig({ model: { ...tinyConfig().model, scale_discriminator: true } });
  const before = createConVits(conVitsRecipeOf(config)).store.toArrays();
  const { metrics, weights, logged } = await train('frozen', config);
  expect(Object.keys(metrics[0]).sort()).toEqual([
    ...['adversarial', 'adversary', 'feature', 'gradient_norm', 'kl', 'loss', 'mel'],
  ]);
  expect(metrics[0].loss).toBeCloseTo(
    metrics[0].adversarial + metrics[0].feature + 45 * metrics[0].mel + metrics[0].kl,
    3,
  );
  const mean = (of: typeof metrics) => of.reduce((sum, { mel }) => sum + mel / of.length, 0);
  expect(mean(metrics.slice(-4))).toBeLessThan(0.9 * mean(metrics.slice(0, 4)));
  const changed = new Set(changedNames(before, weights));
  const quantizer = [...before.keys()].filter((name) => parameterGroup(name) === 'quantizer');
  expect(quantizer.length).toBeGreaterThan(4);
  expect(quantizer.filter((name) => changed.has(name))).toEqual([]);
  expect([...changed].some(isDiscriminator)).toBe(true);
  for (const part of ['enc_p.encoder_text', 'enc_q', 'flow', 'dec', 'ref_enc'])
    expect([...changed].some((name) => name.startsWith(part))).toBe(true);
  expect(logged[1].speed!.unit).toBe('seconds of audio');
  expect(await readdir(path.join(folder, 'frozen', 'samples'))).toContain('held-out-0-made.wav');
});

test('resumes bit for bit, with dropout and both players', async () => {
  const config = tinyConfig({ train: { ...tinyConfig().train, epochs: 2, reference_split: true } });
  const whole = await train('whole', config);
  const first = await train('parts', config, { totalSteps: 3 });
  const second = await train('parts', config, { resume: true });
  expect([...first.metrics, ...second.metrics]).toEqual(whole.metrics);
  for (const [name, { data }] of whole.tensors) expect(second.tensors.get(name)!.data).toEqual(data);
});

test('a trained quantiser begins with k-means, is drawn to the features, and moves by averages', async () => {
  const model = { ...tinyConfig().model, freeze_quantizer: false };
  const config = tinyConfig({ model, train: { ...tinyConfig().train, epochs: 4 } });
  const { metrics, weights } = await train('codes', config);
  const book = 'quantizer.vq.layers.0._codebook';
  expect(metrics[0].commitment).toBeGreaterThan(0);
  // Without k-means the first distances would be those to kaiming's random codes.
  const spread = (name: string) => Math.max(...(weights.get(name)!.data as Float32Array));
  expect(spread(`${book}.cluster_size`)).toBeGreaterThan(0.5);
  const [embed, average, size] = ['embed', 'embed_avg', 'cluster_size'].map(
    (name) => weights.get(`${book}.${name}`)!.data,
  );
  // A code that is used is the mean of what chose it.
  const used = [...size].findIndex((count) => Number(count) > 0.5);
  expect(Number(embed[used * 6])).toBeCloseTo(Number(average[used * 6]) / Number(size[used]), 2);
  const before = createConVits(conVitsRecipeOf(config)).store.toArrays();
  expect(changedNames(before, weights)).toEqual(expect.arrayContaining([`${book}.embed`, 'ssl_proj.weight']));
});

test('text modules learn at 0.4 times the rate', () => {
  const recipe = conVitsRecipeOf(tinyConfig());
  const { rateScale } = conVitsStep(createConVits(recipe), recipe);
  expect(
    [
      'enc_p.text_embedding.weight',
      'enc_p.encoder_text.x',
      'enc_p.mrte.c_post.weight',
      'enc_p.encoder2.x',
      'dec.conv_pre.weight',
      'discriminators.0.convs.0.bias',
    ].map((name) => rateScale!(name)),
  ).toEqual([0.4, 0.4, 0.4, 1, 1, 1]);
});

test("fine-tunes from upstream's checkpoints, and lists what they lack", async () => {
  const config = tinyConfig({ train: { ...tinyConfig().train, epochs: 1 } });
  const { store } = createConVits(conVitsRecipeOf({ ...config, train: { ...config.train, seed: 9 } }));
  const arrays = store.toArrays();
  const generator = new Map<string, ArrayTensor>();
  const discriminators = new Map<string, ArrayTensor>();
  for (const [name, array] of arrays) {
    // As upstream saves them: planes for the period discriminators, half precision and no enc_q for inference.
    const plane = /^discriminators\.0\..*weight(_[gv])?$/.test(name);
    if (isDiscriminator(name)) discriminators.set(name, plane ? { ...array, shape: [...array.shape, 1] } : array);
    else if (!name.startsWith('enc_q.')) generator.set(name, { ...array, dtype: 'float16' });
  }
  generator.set('enc_p.extra', arrays.get('enc_p.proj.bias')!);
  const files = { G: path.join(folder, 'G.pth'), D: path.join(folder, 'D.pth') };
  await writeFile(files.G, writeTorch({ weight: generator, config: {}, info: 'x' }));
  await writeFile(files.D, writeTorch({ model: discriminators, iteration: 1, learning_rate: 1e-4 }));
  const { messages, weights } = await train('tuned', config, {
    init: files.G,
    initDiscriminators: files.D,
    totalSteps: 1,
  });
  expect(messages[0]).toMatch(/G\.pth: \d+ parameters taken/);
  expect(messages[1]).toMatch(/missing \(begin anew\): enc_q\./);
  expect(messages[2]).toMatch(/unexpected \(left out\): enc_p\.extra$/);
  expect(messages[3]).toMatch(/D\.pth: \d+ parameters taken/);
  expect(messages).toHaveLength(4);
  // One step from there: no parameter is farther away than a learning rate (and its decay).
  const name = 'dec.conv_pre.weight';
  arrays
    .get(name)!
    .data.forEach((value, i) =>
      expect(Math.abs(Number(value) - Number(weights.get(name)!.data[i]))).toBeLessThan(0.004),
    );
  await expect(train('wrong', config, { init: files.D })).rejects.toThrow(/none of its .* weights/);
});
