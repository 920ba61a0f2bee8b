import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { tone, writeFiles } from '../../test/corpora';
import { openCorpus, type OpenCorpusOptions, type SourceDialogue } from '../index';
import { languageOf, normaliseLanguage } from './language';
import { naturalOrder, parseTurnName } from './turn-name';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'corpus-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(options: OpenCorpusOptions, location = folder) {
  const told: string[] = [];
  const listener = {
    skip: (reason: string, name: string) => told.push(`skip ${reason}: ${name}`),
    note: (remark: string, name: string) => told.push(`note ${remark}: ${name}`),
  };
  const dialogues: SourceDialogue[] = [];
  for await (const dialogue of (await openCorpus(location, options)).dialogues(listener)) dialogues.push(dialogue);
  return { dialogues, told };
}

const short = ({ id, turns }: SourceDialogue) => [id, ...turns.map(({ name, role }) => `${name} ${role}`)];
const sound = tone(0.1);

describe('folders of recordings', () => {
  it('in the order of their numbers, first speaker as user, gaps and repeated speakers told', async () => {
    writeFiles(folder, {
      '10/0_1_d10.wav': sound,
      '10/0_1_d10.txt': 'Ten.',
      '2/10_0_d2.wav': sound,
      '2/10_0_d2.txt': 'Last.\n',
      '2/9_1_d2.wav': sound,
      '2/9_1_d2.txt': '\ufeffNinth.',
      '2/8_1_d2.wav': sound,
      '2/8_1_d2.txt': 'Eighth.',
      '2/6_0_d2.flac': sound,
      '2/6_0_d2.txt': 'Sixth.',
      '.hidden/0_0_d3.wav': sound,
    });
    const { dialogues, told } = await read({ format: 'dailytalk' });
    expect(dialogues.map(short)).toEqual([
      ['d2', '6_0_d2.flac user', '8_1_d2.wav agent', '9_1_d2.wav agent', '10_0_d2.wav user'],
      ['d10', '0_1_d10.wav user'],
    ]);
    expect(dialogues[0].turns.map(({ text, number }) => [text, number])).toEqual([
      ['Sixth.', 6],
      ['Eighth.', 8],
      ['Ninth.', 9],
      ['Last.', 10],
    ]);
    expect(told).toEqual([
      'note gap in the turn numbers before it: 6_0_d2.flac',
      'note gap in the turn numbers before it: 8_1_d2.wav',
      'note same speaker as the turn before: 9_1_d2.wav',
    ]);
  });

  it('with NCSSD’s subsets, .lab files and metadata.json; languages by script', async () => {
    const utterents = {
      0: { index: 0, duration: 1, speaker: 0, text: 'From the metadata.', sample_rate: 16000 },
      1: { index: 1, duration: 1, speaker: 1, text: 'Not this one.', sample_rate: 16000 },
    };
    writeFiles(folder, {
      'R-EN/0/0_0_d0.wav': sound,
      'R-EN/0/1_1_d0.wav': sound,
      'R-EN/0/1_1_d0.lab': 'From the file.',
      'R-EN/0/metadata.json': JSON.stringify({ dialog: 0, utterents }),
      'C-ZH/0/0_0_d0.wav': sound,
      'C-ZH/0/0_0_d0.lab': '你好吗？',
      'C-ZH/0/metadata.json': 'not json',
    });
    const { dialogues, told } = await read({ format: 'ncssd' });
    expect(dialogues.map(short)).toEqual([
      ['C-ZH/d0', 'C-ZH/0_0_d0.wav user'],
      ['R-EN/d0', 'R-EN/0_0_d0.wav user', 'R-EN/1_1_d0.wav agent'],
    ]);
    expect(dialogues.flatMap(({ turns }) => turns.map(({ text, language }) => [text, language]))).toEqual([
      ['你好吗？', 'zh'],
      ['From the metadata.', 'en'],
      ['From the file.', 'en'],
    ]);
    expect(told).toEqual(['note metadata.json that is not understood: C-ZH/0/metadata.json']);
  });

  it('says that nothing is there', async () => {
    writeFiles(folder, { 'readme.md': 'x', 'song.wav': sound });
    await expect(read({ format: 'dailytalk' })).rejects.toThrow('no recording named {turn}_{speaker}_d{dialogue}.wav');
    await expect(read({ format: 'ncssd' }, path.join(folder, 'readme.md'))).rejects.toThrow('is a folder; name it');
  });
});

describe('slicer_opt.list', () => {
  const list = (...lines: string[]) => writeFiles(folder, { 'slicer_opt.list': lines.join('\n') });

  it('finds recordings by the end of another machine’s path, in any order of lines', async () => {
    writeFiles(folder, { 'raw/0/0_1_d0.wav': sound, 'raw/0/1_0_d0.wav': sound, 'raw/1/0_0_d1.wav': sound });
    list(
      'I:\\data\\raw\\Talk\\0\\1_0_d0.wav|Talk_EN_0|EN|One | two.',
      'I:\\data\\raw\\Talk\\1\\0_0_d1.wav|Talk_ZH_0|ZH|好。',
      `${folder}/raw/0/0_1_d0.wav|Talk_EN_1|EN|Zero.`,
      'I:\\data\\raw\\Talk\\0\\1_0_d0.wav|Talk_EN_0|EN|Again.',
      'I:\\data\\raw\\Talk\\1\\1_1_d1.wav|Talk_EN_1|EN|Nowhere.',
      '',
    );
    const { dialogues, told } = await read({ format: 'list', audioFolder: path.join(folder, 'raw') });
    expect(dialogues.map(short)).toEqual([
      ['d0', '0_1_d0.wav user', '1_0_d0.wav agent'],
      ['d1', '0_0_d1.wav user'],
    ]);
    expect(dialogues[0].turns[1]).toMatchObject({ text: 'One | two.', language: 'en', speaker: '0' });
    expect(dialogues[1].turns[0]).toMatchObject({ language: 'zh', audio: path.join(folder, 'raw/1/0_0_d1.wav') });
    expect(told).toEqual(['skip with the name of an earlier turn: 1_0_d0.wav', 'skip without audio: 1_1_d1.wav']);
  });

  it('takes names of any other form as dialogues of one turn', async () => {
    writeFiles(folder, { 'a b.wav': sound, 'c.wav': sound });
    list('a b.wav|anna|en|Hello.', 'c.wav|ben|zh-CN|好。', 'c2.wav|ben|en|');
    const { dialogues } = await read({ format: 'list' });
    expect(dialogues.map(({ id, turns: [turn] }) => [id, turn.speaker, turn.language])).toEqual([
      ['a b.wav', 'anna', 'en'],
      ['c.wav', 'ben', 'zh'],
    ]);
  });

  it('takes no folder and no pipe for a recording, or for the list', async () => {
    writeFiles(folder, { 'raw/a.wav/inside.wav': sound, 'b.wav': sound });
    execFileSync('mkfifo', [path.join(folder, 'c.wav'), path.join(folder, 'pipe.list')]);
    list('raw/a.wav|anna|en|Hello.', 'b.wav|ben|en|Hi.', 'c.wav|carl|en|Hm.');
    const { dialogues, told } = await read({ format: 'list' });
    expect(dialogues.map(({ id }) => id)).toEqual(['b.wav']);
    expect(told).toEqual(['skip without audio: a.wav', 'skip without audio: c.wav']);
    await expect(read({ format: 'list' }, path.join(folder, 'pipe.list'))).rejects.toThrow('neither a folder nor');
    writeFiles(folder, { 'other/slicer_opt.list/x.txt': sound });
    await expect(read({ format: 'list' }, path.join(folder, 'other'))).rejects.toThrow('no ordinary file');
  });

  it('names a line that is something else', async () => {
    list('a.wav|anna|en|Hello.', 'just a line');
    await expect(read({ format: 'list' })).rejects.toThrow('slicer_opt.list:2: write it as path|speaker|language|text');
  });
});

describe('our manifest', () => {
  it('keeps splits, roles and languages; doubled dialogues and missing parts are told', async () => {
    const turns = [
      { role: 'agent', speaker: 'ann', text: '早上好', audio: '1.wav', style: 'calm' },
      { role: 'agent', speaker: 'ann', text: 'Good morning', audio: '2.wav', language: 'EN-us' },
      { role: 'user', text: 'No sound' },
      { role: 'user', text: ' ', audio: '3.wav' },
    ];
    const lines = [
      { id: 'a', split: 'validation', turns },
      { id: 'a', turns: turns.slice(0, 1) },
    ];
    writeFiles(folder, { 'manifest.jsonl': lines.map((line) => JSON.stringify(line)).join('\n') });
    const { dialogues, told } = await read({ format: 'manifest' });
    expect(dialogues).toHaveLength(1);
    expect(dialogues[0]).toMatchObject({ id: 'a', split: 'validation' });
    expect(dialogues[0].turns).toMatchObject([
      { name: 'a#0', role: 'agent', language: 'zh', style: 'calm', audio: path.join(folder, '1.wav') },
      { name: 'a#1', role: 'agent', language: 'en' },
    ]);
    expect(told).toEqual([
      'note same speaker as the turn before: a#1',
      'skip without audio: a#2',
      'skip without text: a#3',
      'skip in a dialogue whose id is taken: a#0',
    ]);
  });
});

it('orders names by their numbers and takes them apart', () => {
  expect(['d10', 'd9', 'a', 'd9b', '1_0', '10_0', '2_0'].sort(naturalOrder)).toEqual([
    '1_0',
    '2_0',
    '10_0',
    'a',
    'd9',
    'd9b',
    'd10',
  ]);
  expect(parseTurnName('12_0_d2.wav')).toEqual({ number: 12, speaker: '0', dialogue: '2' });
  expect(parseTurnName('12_0_2.wav')).toBeUndefined();
  expect(['ZH', 'zh-CN', 'English', 'all_zh'].map(normaliseLanguage)).toEqual(['zh', 'zh', 'en', 'zh']);
  expect(['iPhone 是好的', 'An iPhone'].map(languageOf)).toEqual(['zh', 'en']);
});
