// The ears of upstream's weights prepare a corpus, alone or as those of an imported voice: with the same tokens and features.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeWavFile } from '@gpt-talker/audio';
import {
  openPrepared,
  prepare,
  readTurnFeatures,
  readTurnSpeaker,
  readTurnSsl,
  toolsOfVoice,
  writeUpstream,
  type SpeechSpec,
  type TextFeatureSpec,
} from '@gpt-talker/dataset';
import { embeddingWidth } from '@gpt-talker/tokenizer/speaker';
import {
  BERT_WIDTH,
  CODES,
  HUBERT_WIDTH,
  SPEAKER_ENCODER,
  gptContent,
  upstreamFile,
  vitsContent,
  writeMadeUpWeights,
  type MadeUpWeights,
} from '../../../test/made-up-weights';
import { exportSpeechGraphs, importVoice } from '.';

// Generous: other work may have the processor.
jest.setTimeout(300_000);

let home: string;
let weights: MadeUpWeights;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'ears-'));
  weights = await writeMadeUpWeights(home);
  await mkdir(path.join(home, 'corpus'));
  for (const [turn, text] of ['Hello there, my friend.', '你好，朋友。'].entries()) {
    const samples = Float32Array.from({ length: 32_000 }, (_, n) => 0.3 * Math.sin(n / (20 + 10 * turn)));
    await writeWavFile(path.join(home, `corpus/${turn}_${turn}_d0.wav`), { samples, sampleRate: 32_000 });
    await writeFile(path.join(home, `corpus/${turn}_${turn}_d0.lab`), text);
  }
});
afterAll(() => rm(home, { recursive: true }));

const ears = () => ({
  vitsCheckpoint: weights.vits,
  hubertFolder: weights.hubert,
  bertFolder: weights.bert,
  output: path.join(home, 'ears'),
});

async function prepared(name: string, tools: { speech: SpeechSpec; textFeatures?: TextFeatureSpec }) {
  const output = path.join(home, name);
  await prepare({ corpus: path.join(home, 'corpus'), format: 'ncssd', output, ...tools, sound: null });
  const corpus = await openPrepared(output);
  try {
    return (await corpus.dialogue(0)).turns;
  } finally {
    await corpus.close();
  }
}

test('a corpus gets tokens, SSL features and, where it is Chinese, text features', async () => {
  const turns = await prepared('out', await exportSpeechGraphs(ears()));
  expect(turns.map(({ language, tokens }) => [language, tokens.length])).toEqual([
    ['en', 24],
    ['zh', 24],
  ]);
  for (const turn of turns) {
    expect(Math.max(...turn.tokens)).toBeLessThan(CODES);
    expect(await readTurnSsl(turn)).toMatchObject({ rows: 49, width: HUBERT_WIDTH });
  }
  expect(await readTurnFeatures(turns[0])).toBeUndefined();
  expect(await readTurnFeatures(turns[1])).toMatchObject({ rows: turns[1].phonemes.length, width: BERT_WIDTH });

  const voice = path.join(home, 'voice');
  const { gpt, vits, hubert, bert } = weights;
  const parts = { gptCheckpoint: gpt, vitsCheckpoint: vits, hubertFolder: hubert, bertFolder: bert };
  await importVoice({ ...parts, family: 'gpt-talker', name: 'voice', license: 'CC0', output: voice });
  const byVoice = await prepared('by-voice', await toolsOfVoice(voice));
  expect(byVoice.map(({ tokens }) => tokens)).toEqual(turns.map(({ tokens }) => tokens));
  expect(await readTurnSsl(byVoice[0])).toEqual(await readTurnSsl(turns[0]));
});

test("weights of v2Pro prepare every turn's speaker too, alone or as an imported voice", async () => {
  const [gptCheckpoint, vitsCheckpoint] = ['s1v3.ckpt', 'v2Pro.pth'].map((name) => path.join(home, name));
  await writeFile(gptCheckpoint, upstreamFile(gptContent(732)));
  await writeFile(vitsCheckpoint, upstreamFile(vitsContent('v2Pro')));
  const pro = { ...ears(), vitsCheckpoint, output: path.join(home, 'pro-ears') };
  await expect(exportSpeechGraphs(pro)).rejects.toThrow('is of v2Pro, whose style depends on who speaks');
  const turns = await prepared('pro', await exportSpeechGraphs({ ...pro, speakerEncoder: weights.speaker }));
  const [first, second] = await Promise.all(turns.map(readTurnSpeaker));
  expect(first).toHaveLength(embeddingWidth(SPEAKER_ENCODER));
  expect(first!.every(Number.isFinite)).toBe(true);
  expect(second).not.toEqual(first);

  const voice = path.join(home, 'pro-voice');
  const parts = { gptCheckpoint, vitsCheckpoint, speakerEncoder: weights.speaker, hubertFolder: weights.hubert };
  await importVoice({ ...parts, family: 'gpt-sovits', name: 'pro', license: 'CC0', output: voice });
  const byVoice = await prepared('by-pro-voice', await toolsOfVoice(voice));
  const again = (await readTurnSpeaker(byVoice[0]))!;
  // Weights in 16 bits there as here.
  again.forEach((value, index) => expect(value).toBeCloseTo(first![index], 2));

  const upstream = path.join(home, 'upstream');
  const corpus = await openPrepared(path.join(home, 'pro'));
  try {
    await writeUpstream(corpus, upstream);
  } finally {
    await corpus.close();
  }
  const theirs = await openPrepared(upstream);
  try {
    const [turn] = (await theirs.dialogue(0)).turns;
    expect(await readTurnSpeaker(turn)).toEqual(first);
  } finally {
    await theirs.close();
  }
});

test('graphs of the same weights are not made again; those of others are', async () => {
  await exportSpeechGraphs(ears());
  const made = (await stat(path.join(home, 'ears/hubert.onnx'))).mtimeMs;
  const again = await exportSpeechGraphs(ears());
  expect((await stat(path.join(home, 'ears/hubert.onnx'))).mtimeMs).toBe(made);
  const without = await exportSpeechGraphs({ ...ears(), bertFolder: undefined });
  expect(without.textFeatures).toBeUndefined();
  expect(without.speech.fingerprint).not.toBe(again.speech.fingerprint);
  await expect(exportSpeechGraphs({ ...ears(), hubertFolder: path.join(home, 'none') })).rejects.toThrow(
    'cannot be read (ENOENT); check the path',
  );
});
