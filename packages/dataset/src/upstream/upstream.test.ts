import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { featureTools, tone, writeFiles } from '../../test/corpora';
import {
  openPrepared,
  prepare,
  readTurnAudio,
  readTurnFeatures,
  readTurnSsl,
  withPrepared,
  writeUpstream,
  type TextFeatureExtractor,
} from '../index';
import { parseCounts, parsePythonList, pythonList } from './python-list';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'upstream-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const at = (name: string) => path.join(folder, name);

/** Chinese has two numbers a phoneme, English none. */
const textFeatures: TextFeatureExtractor = {
  fingerprint: 'test',
  width: 2,
  extract: async ({ phonemes }, language) =>
    language === 'zh' ? Float32Array.from({ length: phonemes.length * 2 }, (_, index) => index / 4) : undefined,
};

it('carries sound, SSL and text features of both languages over and back', async () => {
  const lines = [
    {
      id: 'shop',
      split: 'train',
      turns: [turn('user', 'Hello there.', 0), turn('agent', '你好。', 1), turn('user', 'Bye now.', 2)],
    },
  ];
  writeFiles(folder, { 'manifest.jsonl': lines.map((line) => JSON.stringify(line)).join('\n') });
  for (let index = 0; index < 3; index++)
    writeFiles(folder, { [`${index}.wav`]: tone(1 + index / 5, { sampleRate: 32_000 }) });
  await prepare({ corpus: folder, format: 'manifest', output: at('out'), speech: featureTools, textFeatures });
  const counts = await withPrepared(at('out'), (corpus) => writeUpstream(corpus, at('up')));
  expect(counts).toEqual({ turns: 3, trained: 3, withSound: 3, withSsl: 3 });
  const [first, second] = await Promise.all(
    [at('out'), at('up')].map((where) =>
      withPrepared(where, async (corpus) => {
        const { turns } = await corpus.dialogue(0);
        return Promise.all(
          turns.map(async (each) => ({
            phonemes: each.phonemes,
            tokens: each.tokens,
            language: each.language,
            seconds: each.seconds.toFixed(3),
            audio: [...(await readTurnAudio(each)).samples.subarray(0, 500)],
            ssl: await readTurnSsl(each),
            features: await readTurnFeatures(each),
          })),
        );
      }),
    ),
  );
  expect(second.map(({ features: _features, ...rest }) => rest)).toEqual(
    first.map(({ features: _features, ...rest }) => rest),
  );
  expect(second[1].features).toEqual(first[1].features);
  // Upstream's tensor spans the history: the English turn behind the Chinese one has zeros.
  expect(second[2].features!.data.every((value) => value === 0)).toBe(true);
  const text = await readFile(at('up/2-name2text.txt'), 'utf8');
  expect(text.split('\n')[1].split('\t')[0]).toBe('1_1_dshop.wav');
});

function turn(role: string, text: string, index: number) {
  return { role, speaker: role === 'user' ? 'ann' : 'ben', text, audio: `${index}.wav` };
}

it('names the row that it does not understand, and dialogues that would share a name', async () => {
  writeFiles(folder, {
    'a/2-name2text.txt': "0_0_d0.wav\tHH AH0\t[]\thi\t[3]\t[]\t['0']\n",
    'a/6-name2semantic.tsv': 'item_name\tsemantic_audio\tsemantic_len\n0_0_d0.wav\t1 2 3\t[3]',
  });
  await expect(withPrepared(at('a'), (corpus) => corpus.dialogue(0))).rejects.toThrow(
    '2-name2text.txt: the row of 0_0_d0.wav is not one of upstream',
  );
  await expect(openPrepared(at('nowhere'))).rejects.toThrow('cannot be opened (ENOENT)');
  const line = (id: string) =>
    JSON.stringify({
      id,
      split: 'train',
      turns: [{ role: 'user', speaker: '0', text: 'x', phonemes: [1], tokens: [1], seconds: 1 }],
    });
  await writeFile(at('lines.jsonl'), [line('a/d1'), line('a-1')].join('\n'));
  await expect(withPrepared(at('lines.jsonl'), (corpus) => writeUpstream(corpus, at('up')))).rejects.toThrow(
    'would be called 0_0_da-1.wav, like another',
  );
});

it('reads Python lists and nothing else', () => {
  expect(parsePythonList(`['it\\'s', "a, b", -3, 2.5]`)).toEqual(["it's", 'a, b', -3, 2.5]);
  expect(parsePythonList('[]')).toEqual([]);
  for (const text of ['', '[1', '1, 2', '[1 2]', '[x]', "[__import__('os')]", '[[1]]']) {
    expect(parsePythonList(text)).toBeUndefined();
  }
  expect(parseCounts("['1', 2]")).toEqual([1, 2]);
  expect(parseCounts('[1.5]')).toBeUndefined();
  expect(pythonList(["it's", 'x', 3])).toBe(`["it's", 'x', 3]`);
});

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;
(hasNumpy ? it : it.skip)(
  `writes what upstream's own reading code takes${hasNumpy ? '' : ' (python3 with numpy is not here)'}`,
  async () => {
    const row = { role: 'user', speaker: '0', text: 'x', phonemes: [91, 13, 80], tokens: [1, 2, 300], seconds: 1 };
    const dialogue = { id: 'd4', split: 'train', turns: [row, { ...row, role: 'agent', speaker: '1', tokens: [7] }] };
    await writeFile(at('lines.jsonl'), JSON.stringify(dialogue));
    await withPrepared(at('lines.jsonl'), (corpus) =>
      writeUpstream(corpus, at('up'), { filters: { minimumPhonemeRate: 0, maximumPhonemeRate: 1000 } }),
    );
    // As AR/data/dataset.py of GPT-Talker reads them.
    const program = `
import sys, json, ast, numpy
folder = sys.argv[1]
names = [ast.literal_eval(line)[0] for line in open(folder + '/train.list', encoding='utf8').read().strip('\\n').split('\\n')]
load = lambda kind, name: numpy.load(folder + '/' + kind + '/' + name + '.npy', allow_pickle=True).item()
print(json.dumps([[name, load('train-semantic-phoneme', name), load('train-len-speaker', name)] for name in names]))
`;
    const { stdout, stderr } = spawnSync('python3', ['-W', 'ignore', '-c', program, at('up')], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([
      [
        '0_0_d4.wav',
        { semantic: [1, 2, 300], phoneme: [91, 13, 80] },
        { phone_len: [3], bert_feature_len: [], speaker_list: [0], semantic_len: [3] },
      ],
      [
        '1_1_d4.wav',
        { semantic: [1, 2, 300, 7], phoneme: [91, 13, 80, 91, 13, 80] },
        { phone_len: [3, 3], bert_feature_len: [], speaker_list: [0, 1], semantic_len: [3, 1] },
      ],
    ]);
  },
);
