// Stage 1 in upstream's keys, on a tiny corpus: it learns, resumes bit for bit, begins with a checkpoint, and adapts in low rank.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors, type ArrayTensor } from '@gpt-talker/checkpoint';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { conGptRecipeOf, gptConfigSchema, type GptConfig } from '../config/gpt-config';
import type { LogEntry } from '../run/run';
import { mergeLora } from '../engine/lora';
import { createConGpt } from './model';
import { trainConGpt } from './train';
import type { TrainingOptions } from '../run/training-options';

tf.enableProdMode();
let folder: string;
let prepared: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'congpt-'));
  prepared = await writeTinyCorpus(path.join(folder, 'corpus'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Sections = { [Section in keyof GptConfig]?: Partial<GptConfig[Section]> };

function tinyConfig(changes: Sections = {}): GptConfig {
  return gptConfigSchema.parse({
    train: { seed: 1, epochs: 3, batch_size: 2, accumulate: 2, ...changes.train },
    optimizer: {
      kind: 'adamw',
      lr: 0.01,
      lr_init: 0.001,
      lr_end: 0.001,
      warmup_steps: 4,
      decay_steps: 200,
      ...changes.optimizer,
    },
    data: { max_positions: 96, max_eval_sample: 1, ...changes.data },
    model: {
      ...{ vocab_size: 12, phoneme_vocab_size: 16, embedding_dim: 16, hidden_dim: 16, head: 2, linear_units: 32 },
      ...{ n_layer: 1, dropout: 0.1, EOS: 11, feature_width: 0, ...changes.model },
    },
  });
}

async function train(name: string, config: GptConfig, options: Partial<TrainingOptions> = {}) {
  const logged: LogEntry[] = [];
  const messages: string[] = [];
  const result = await trainConGpt(conGptRecipeOf(config), {
    prepared,
    directory: path.join(folder, name),
    logEverySteps: 1,
    validateEverySteps: 10,
    engine: { threads: 1, optimization: 'disabled' },
    onLog: (entry) => logged.push(entry),
    onMessage: (line) => messages.push(line),
    ...options,
  });
  const losses = logged.filter(({ kind }) => kind === 'train').map(({ metrics }) => metrics.loss);
  return { result, logged, losses, messages };
}

const weightsOf = async (name: string, file = 'last.safetensors') =>
  readSafetensors(await readFile(path.join(folder, name, file))).tensors;

test('learns, logs tokens a second, and leaves checkpoints, events and a report', async () => {
  const config = tinyConfig({ train: { epochs: 20, seed: 1, batch_size: 2, accumulate: 1 } });
  const { logged, losses } = await train('whole', config, { logEverySteps: 2 });
  expect(losses[losses.length - 1]).toBeLessThan(0.7 * losses[0]);
  expect(logged[1].speed).toMatchObject({ unit: 'tokens' });
  expect(Object.keys(logged[0].metrics).sort()).toEqual(['gradient_norm', 'loss', 'top1', 'top3']);
  const validation = logged.filter(({ kind }) => kind === 'validation');
  expect(validation[validation.length - 1].metrics.top1).toBeGreaterThan(validation[0].metrics.top1);
  expect(await readdir(path.join(folder, 'whole'))).toEqual(
    expect.arrayContaining(['best.safetensors', 'last.safetensors', 'log.jsonl', 'report.html', 'tensorboard']),
  );
});

test.each(['adamw', 'scaled-adam'] as const)(
  'resumes bit for bit, with dropout and accumulation (%s)',
  async (kind) => {
    const config = tinyConfig({ optimizer: { kind } });
    const whole = await train(`whole-${kind}`, config);
    const first = await train(`parts-${kind}`, config, { totalSteps: 3 });
    const second = await train(`parts-${kind}`, config, { resume: true });
    expect(first.losses).toHaveLength(3);
    expect([...first.losses, ...second.losses]).toEqual(whole.losses);
    const [expected, resumed] = [await weightsOf(`whole-${kind}`), await weightsOf(`parts-${kind}`)];
    for (const [name, { data }] of expected) expect(resumed.get(name)!.data).toEqual(data);
    // An epoch's last step takes what is left, so every example counts in every epoch: 16 training turns with 1 or 2 rows a batch.
    expect(whole.result.finished).toBe(true);
  },
);

test('begins with a checkpoint, and lists what it lacks and what is left over', async () => {
  const config = tinyConfig();
  await train('source', config, { totalSteps: 1 });
  const init = path.join(folder, 'source', 'last.safetensors');
  const same = await train('same', config, { init, totalSteps: 1 });
  expect(same.messages).toEqual([`${init}: 18 parameters taken`]);
  const other = tinyConfig({ model: { ...config.model, n_layer: 2, role_embedding: false } });
  const { messages } = await train('other', other, { init, totalSteps: 1 });
  expect(messages[1]).toMatch(/missing \(begin anew\): model\.h\.layers\.1\..*12 in all/);
  expect(messages[2]).toMatch(/unexpected \(left out\): model\.role_embedding\.weight$/);
  await expect(train('wide', tinyConfig({ model: { ...config.model, hidden_dim: 32 } }), { init })).rejects.toThrow(
    /model\.\S+ has shape \[.*the model needs/,
  );
});

test('low-rank adapters train alone, and merge into the weights that they adapt', async () => {
  const plain = tinyConfig({
    model: { ...tinyConfig().model, dropout: 0 },
    train: { ...tinyConfig().train, epochs: 8 },
  });
  const lora = { rank: 2, alpha: 4, targets: ['in_proj' as const, 'linear2' as const] };
  const config = { ...plain, train: { ...plain.train, lora } };
  const { losses } = await train('lora', config);
  expect(losses[losses.length - 1]).toBeLessThan(losses[0]);
  const trained = new Map<string, ArrayTensor>();
  for (const [name, tensor] of await weightsOf('lora'))
    if (name.startsWith('parameter/')) trained.set(name.slice('parameter/'.length), tensor);
  const made = createConGpt(conGptRecipeOf(config));
  const initial = made.store.toArrays();
  const changed = [...initial.keys()].filter(
    (name) => initial.get(name)!.data.toString() !== trained.get(name)!.data.toString(),
  );
  expect(changed).toHaveLength(5);
  expect(changed.every((name) => name.startsWith('lora.') || name.endsWith('role_embedding.weight'))).toBe(true);

  // The merged weights say what the adapted model says.
  const inputs = {
    ids: tf.tensor2d([[1, 2, 3, 4]], undefined, 'int32'),
    kind: tf.tensor2d([[0, 0, 1, 1]]),
    positions: tf.tensor2d([[0, 1, 0, 1]], undefined, 'int32'),
    roles: tf.tensor2d([[1, 1, 1, 1]], undefined, 'int32'),
    mask: tf.zeros([4, 4]),
  };
  made.store.load(trained);
  const adapted = made.lora!.bind(() => made.model.forward(inputs)).dataSync();
  const merged = createConGpt(conGptRecipeOf(plain));
  expect(merged.store.load(mergeLora(trained))).toEqual({ missing: [], unexpected: [] });
  merged.model
    .forward(inputs)
    .dataSync()
    .forEach((value, index) => expect(value).toBeCloseTo(adapted[index], 5));
});

test('trains the first token and the end of speech; the role embedding begins at zero', async () => {
  const { store } = createConGpt(conGptRecipeOf(tinyConfig()));
  expect(
    store
      .get('model.role_embedding.weight')
      .value.dataSync()
      .every((value) => value === 0),
  ).toBe(true);
  await train(
    'targets',
    tinyConfig({
      train: { ...tinyConfig().train, epochs: 40, accumulate: 1 },
      model: { ...tinyConfig().model, dropout: 0 },
    }),
  );
  const trained = createConGpt(conGptRecipeOf(tinyConfig()));
  const tensors = await weightsOf('targets');
  trained.store.load(new Map(trained.store.names().map((name) => [name, tensors.get(`parameter/${name}`)!])));
  const role = trained.store.get('model.role_embedding.weight').value.dataSync();
  expect(role.some((value) => value !== 0)).toBe(true);
  // Five phonemes, then the twenty tokens that they stand for: see test/tiny-corpus.ts.
  const phonemes = [3, 1, 4, 1, 5];
  const tokens = Array.from({ length: 20 }, (_, place) => phonemes[Math.floor(place / 4)]);
  const length = 25;
  const logits = trained.model.forward({
    ids: tf.tensor2d([...phonemes, ...tokens], [1, length], 'int32'),
    kind: tf.tensor2d([...phonemes.map(() => 0), ...tokens.map(() => 1)], [1, length]),
    positions: tf.tensor2d([...phonemes.keys(), ...tokens.keys()], [1, length], 'int32'),
    roles: tf.ones([1, length], 'int32'),
    mask: tf.tensor2d(
      Array.from({ length: length ** 2 }, (_, i) => (i % length > Math.floor(i / length) ? -1e9 : 0)),
      [length, length],
    ),
  });
  const probabilities = tf.softmax(tf.reshape(logits, [length, 12]) as tf.Tensor2D).arraySync() as number[][];
  // Learnt at the last phoneme, from which upstream never predicts, and not before the end.
  expect(probabilities[4].slice(0, 11).reduce((a, b) => a + b)).toBeGreaterThan(0.9);
  expect(probabilities[24][11]).toBeGreaterThan(0.5);
  expect(Math.max(...probabilities.slice(4, 22).map((row) => row[11]))).toBeLessThan(0.1);
});
