// Folders that cannot be used say what is wrong with which file; folders of other spellings can be used.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { readCheckpointFile, stateDict, writeSafetensors, type ArrayTensor } from '@gpt-talker/checkpoint';
import { readBertFolder } from '../bert/folder';
import { wordPieceFromVocabulary } from '../bert/vocabulary';
import { WordPiece } from '../bert/word-piece';
import { readHubertFolder } from '../hubert/folder';

tf.enableProdMode();

const fixtures = path.join(__dirname, '../../test/fixtures');
let home: string;
let bert: string;
let hubert: string;

beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'folder-'));
  [bert, hubert] = ['bert-small', 'hubert-small'].map((name) => path.join(home, name));
  await cp(path.join(fixtures, 'bert-small'), bert, { recursive: true });
  await cp(path.join(fixtures, 'hubert-small'), hubert, { recursive: true });
});
afterEach(() => rm(home, { recursive: true }));

async function change(folder: string, file: string, values: Record<string, unknown>): Promise<void> {
  const content = JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Record<string, unknown>;
  await writeFile(path.join(folder, file), JSON.stringify({ ...content, ...values }));
}

/** Rewrites the weights as safetensors. */
async function rename(folder: string, to: (name: string, tensor: ArrayTensor) => string | undefined): Promise<void> {
  const weights = stateDict(await readCheckpointFile(path.join(folder, 'pytorch_model.bin')));
  const renamed = [...weights].flatMap(([name, tensor]): [string, ArrayTensor][] => {
    const other = to(name, tensor);
    return other === undefined ? [] : [[other, tensor]];
  });
  await rm(path.join(folder, 'pytorch_model.bin'));
  await writeFile(path.join(folder, 'model.safetensors'), writeSafetensors(new Map(renamed)));
}

const bertFails = async () => (await readBertFolder(bert).catch((error: unknown) => error)) as Error;
const hubertFails = async () => (await readHubertFolder(hubert).catch((error: unknown) => error)) as Error;

test('an encoder without a head, with the names of older checkpoints, as safetensors', async () => {
  await rename(bert, (name) =>
    name
      .replace(/^bert\./, '')
      .replace('LayerNorm.weight', 'LayerNorm.gamma')
      .replace('LayerNorm.bias', 'LayerNorm.beta'),
  );
  const { store, unexpected } = await readBertFolder(bert);
  expect(unexpected).toEqual([]);
  const original = await readBertFolder(path.join(fixtures, 'bert-small'));
  for (const name of store.names())
    expect(store.get(name).value.dataSync()).toEqual(original.store.get(name).value.dataSync());
});

test('a tokenizer.json is taken as it is, also where it does not say its kind', async () => {
  const vocabulary = await readFile(path.join(bert, 'vocab.txt'), 'utf8');
  const whole = wordPieceFromVocabulary(vocabulary, { lowerCase: true });
  const { type: _type, ...model } = whole.model;
  const special = {
    id: 5,
    content: '[CLS]',
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  };
  await writeFile(path.join(bert, 'tokenizer.json'), JSON.stringify({ ...whole, model, added_tokens: [special] }));
  await rm(path.join(bert, 'vocab.txt'));
  const { tokenizer, store } = await readBertFolder(bert);
  store.dispose();
  const read = (file: object) => new WordPiece(JSON.stringify(file)).characters('今天，hello');
  expect(read(tokenizer)).toEqual(read(whole));
});

test('weight norm as older PyTorch named it, below a head', async () => {
  await rename(hubert, (name) =>
    `hubert.${name}`
      .replace('parametrizations.weight.original0', 'weight_g')
      .replace('parametrizations.weight.original1', 'weight_v'),
  );
  expect((await readHubertFolder(hubert)).unexpected).toEqual([]);
});

test('weights of no known use are named', async () => {
  await rename(bert, (name) => name);
  const file = path.join(bert, 'model.safetensors');
  const weights = stateDict(await readCheckpointFile(file));
  weights.set('bert.adapter.weight', { shape: [1], dtype: 'float32', data: Float32Array.of(1) });
  await writeFile(file, writeSafetensors(weights));
  expect((await readBertFolder(bert)).unexpected).toEqual(['adapter.weight']);
});

test('missing weights are named', async () => {
  await rename(bert, (name) => (name.includes('layer.1.output') ? undefined : name));
  expect(await bertFails()).toMatchObject({ name: 'ModelFolderError', code: 'weights' });
  expect((await bertFails()).message).toBe(
    `${bert}: the weights lack encoder.layer.1.output.dense.weight, encoder.layer.1.output.dense.bias, encoder.layer.1.output.LayerNorm.weight, ` +
      'encoder.layer.1.output.LayerNorm.bias; use the weights that config.json belongs to',
  );
});

test('weights of another size are refused by name', async () => {
  await change(hubert, 'config.json', { intermediate_size: 65 });
  expect((await hubertFails()).message).toMatch(
    /encoder\.layers\.0\.feed_forward\.intermediate_dense\.weight has shape \[64,32\]/,
  );
});

test.each<[string, Record<string, unknown>, string]>([
  ['another kind of model', { model_type: 'roberta' }, "model_type: only models of type 'bert' are known"],
  ['another activation', { hidden_act: 'gelu_new' }, "hidden_act: only the activation 'gelu' is known"],
  ['relative positions', { position_embedding_type: 'relative_key' }, "position_embedding_type: only 'absolute'"],
  ['no size', { hidden_size: undefined }, 'hidden_size: '],
  ['sizes that do not go together', { num_attention_heads: 5 }, 'hidden_size: is no multiple of num_attention_heads'],
  ['too few layers', { num_hidden_layers: 1 }, 'has 1 layers, and the feature is taken 2 layers before the last'],
])('BERT with %s is refused', async (_, values, message) => {
  await change(bert, 'config.json', values);
  expect(await bertFails()).toMatchObject({ name: 'ModelFolderError', code: 'unsupported' });
  expect((await bertFails()).message).toContain(message);
});

test.each<[string, Record<string, unknown>, string]>([
  ['another kind of model', { model_type: 'wav2vec2' }, "model_type: only models of type 'hubert' are known"],
  ['layer norms in front', { do_stable_layer_norm: true }, 'do_stable_layer_norm: only false is known'],
  ['layer norms in convolutions', { feat_extract_norm: 'layer' }, "feat_extract_norm: only 'group' is known"],
  ['another frame rate', { conv_stride: [5, 2, 2, 2, 2, 2, 1] }, 'a frame is 400 samples every 160'],
  ['lists of different lengths', { conv_dim: [16] }, 'conv_dim, conv_kernel and conv_stride differ in length'],
])('HuBERT with %s is refused', async (_, values, message) => {
  await change(hubert, 'config.json', values);
  expect(await hubertFails()).toMatchObject({ name: 'ModelFolderError', code: 'unsupported' });
  expect((await hubertFails()).message).toContain(message);
});

test('samples at another rate are refused', async () => {
  await change(hubert, 'preprocessor_config.json', { sampling_rate: 8000 });
  expect((await hubertFails()).message).toContain('preprocessor_config.json: sampling_rate: only 16000 is known');
});

test.each<[string, string | undefined, string]>([
  ['config.json', undefined, 'is missing; give the folder'],
  ['config.json', '{', 'is not JSON'],
  [
    'config.json',
    'version https://git-lfs.github.com/spec/v1\noid …',
    "is a Git LFS pointer, not the file itself; run 'git lfs pull'",
  ],
  ['pytorch_model.bin', 'version https://git-lfs.github.com/spec/v1\noid …', 'is a Git LFS pointer'],
  ['pytorch_model.bin', undefined, 'has neither model.safetensors nor pytorch_model.bin'],
  ['vocab.txt', undefined, 'has neither tokenizer.json nor vocab.txt'],
])('%s that is %j is refused', async (name, content, message) => {
  const file = path.join(bert, name);
  await (content === undefined ? rm(file) : writeFile(file, content));
  const error = await bertFails();
  expect(error.name).toBe('ModelFolderError');
  expect(error.message).toContain(message);
  expect(error.message).toContain(bert);
  expect(error.message).not.toContain('\n');
});

test('a path that is no folder is refused', async () => {
  await expect(readBertFolder(path.join(home, 'nowhere'))).rejects.toThrow('nowhere: there is no such folder');
  await expect(readBertFolder(path.join(bert, 'config.json'))).rejects.toThrow('config.json: is a file');
});
