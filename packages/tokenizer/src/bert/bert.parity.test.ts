// BERT against the reference implementation: tokens, hidden states eagerly and as an exported graph, one vector a phoneme.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { SessionHost } from '@gpt-talker/runtime';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { PARITY_FOLDER, largestDifference, parityNumbers } from '../../test/parity';
import { BertFeatures } from './features';
import { readBertFolder, type BertFolder } from './folder';
import { bertGraph } from './graph';
import { WordPiece } from './word-piece';

tf.enableProdMode();

const folder = path.join(PARITY_FOLDER, 'bert-small');
const expected = parityNumbers('bert-small');
const { text } = JSON.parse(readFileSync(path.join(folder, 'io.json'), 'utf8')) as { text: string };
const ids = Array.from(expected.get('input_ids')!.data);
const feature = expected.get('hidden_state_minus_3')!;
const width = feature.shape[2];

let bert: BertFolder;
beforeAll(async () => {
  bert = await readBertFolder(folder);
});
afterAll(() => bert.store.dispose());

test('the text has the same tokens', () => {
  const wordPiece = new WordPiece(JSON.stringify(bert.tokenizer));
  const tokens = wordPiece.characters(text);
  expect([wordPiece.begin, ...tokens.ids, wordPiece.end]).toEqual(ids);
  expect(Array.from(tokens.tokenOf)).toEqual(tokens.ids.map((_, place) => place));
});

test('eagerly, the third hidden state from the end and the last one are the same', async () => {
  const input = tf.tensor2d([ids], [1, ids.length], 'int32');
  expect(largestDifference(bert.model.forward(input).dataSync(), feature.data)).toBeLessThan(1e-5);
  const whole = await readBertFolder(folder, { skipLayers: 0 });
  const last = whole.model.forward(input).dataSync();
  expect(largestDifference(last, expected.get('last_hidden_state')!.data)).toBeLessThan(1e-5);
  whole.store.dispose();
});

test('all of the file is known', () => {
  expect(bert.unexpected).toEqual([]);
});

describe('exported', () => {
  let host: SessionHost;
  let home: string;
  let features: BertFeatures;

  beforeAll(async () => {
    const { run, inputs, options } = bertGraph(bert.model);
    home = await mkdtemp(path.join(tmpdir(), 'bert-'));
    const tokenizer = path.join(home, 'tokenizer.json');
    await writeFile(tokenizer, JSON.stringify(bert.tokenizer));
    host = await SessionHost.start({ intraOpThreads: 1 });
    features = await BertFeatures.load(host, {
      graph: exportOnnx(trace(run, inputs, options)),
      tokenizer,
      maximumPositions: bert.config.maximumPositions,
    });
  });
  afterAll(async () => {
    await host.dispose();
    await rm(home, { recursive: true });
  });

  test("every phoneme has its character's vector, the marks at the ends are left out", async () => {
    const word2ph = Array.from(text, (_, index) => [2, 1, 3, 0][index % 4]);
    const actual = await features.features([{ language: 'zh', text, word2ph }]);
    const rows = word2ph.flatMap((count, character) =>
      new Array<number>(count)
        .fill(character + 1)
        .flatMap((row) => [...feature.data.subarray(row * width, (row + 1) * width)]),
    );
    expect(largestDifference(actual!, rows)).toBeLessThan(1e-5);
  });

  test('English has zeros, beside Chinese and alone', async () => {
    const english = { language: 'en', text: 'hello', word2ph: [4] };
    expect(await features.features([english])).toBeUndefined();
    const mixed = await features.features([english, { language: 'zh', text: '今天', word2ph: [2, 2] }, english]);
    expect(mixed).toHaveLength(12 * width);
    const isZero = (row: number) => mixed!.subarray(row * width, (row + 1) * width).every((value) => value === 0);
    expect(Array.from({ length: 12 }, (_, row) => isZero(row))).toEqual([
      ...new Array<boolean>(4).fill(true),
      ...new Array<boolean>(4).fill(false),
      ...new Array<boolean>(4).fill(true),
    ]);
  });

  test('a text longer than the positions is read in overlapping pieces', async () => {
    const long = text.repeat(20); // 280 characters, the model takes 126
    const all = await features.features([{ language: 'zh', text: long, word2ph: Array.from(long, () => 1) }]);
    expect(all).toHaveLength(long.length * width);
    // Its beginning is what the first piece gives on its own.
    const first = [...long].slice(0, 126).join('');
    const piece = await features.features([{ language: 'zh', text: first, word2ph: Array.from(first, () => 1) }]);
    const certain = 100 * width;
    expect(largestDifference(all!.subarray(0, certain), piece!.subarray(0, certain))).toBeLessThan(1e-6);
    expect(all!.every((value) => Number.isFinite(value))).toBe(true);
  });

  test('a count for each character is required', async () => {
    await expect(features.features([{ language: 'zh', text: '今天', word2ph: [4] }])).rejects.toThrow(
      "word2ph counts 1 characters, but '今天' has 2",
    );
  });
});
