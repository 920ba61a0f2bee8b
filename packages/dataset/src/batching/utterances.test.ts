import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openPrepared, readTurn, UtteranceTable, type PreparedCorpus, type UtteranceTableOptions } from '../index';

let folder: string;
let corpus: PreparedCorpus;

/** Its text says where it stands, its length likewise. */
const turn = (dialogue: number, index: number, speaker: string) => ({
  role: index % 2 === 0 ? 'user' : 'agent',
  speaker,
  text: `d${dialogue} turn ${index}`,
  phonemes: Array<number>(1 + index).fill(1),
  tokens: Array<number>(10 * dialogue + index).fill(2),
  seconds: 1,
  ...(index !== 1 && { audio: `${dialogue}-${index}.wav` }),
  ...(index === 2 && { excludedFrom: ['vits'] }),
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'utterances-'));
  const speakers = ['ben', 'ann', 'ben', 'cleo'];
  const lines = [1, 2, 3].map((dialogue) => ({
    id: `d${dialogue}`,
    split: dialogue === 2 ? 'validation' : 'train',
    turns: speakers.map((speaker, index) => turn(dialogue, index, speaker)),
  }));
  const file = path.join(folder, 'prepared.jsonl');
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  corpus = await openPrepared(file);
});
afterAll(async () => {
  await corpus.close();
  await rm(folder, { recursive: true, force: true });
});

const listed = async (options: Partial<UtteranceTableOptions> = {}) => {
  const table = await UtteranceTable.build(corpus, { split: 'train', stage: 'vits', ...options });
  return { table, rows: Array.from({ length: table.size }, (_, index) => table.at(index)) };
};

it('lists the turns of a split in order, but for those that the stage does not learn from', async () => {
  const { table, rows } = await listed();
  expect(table.speakers).toEqual(['ben', 'ann', 'cleo']);
  expect(rows).toEqual([
    { dialogue: 0, turn: 0, phonemes: 1, tokens: 10, speaker: 0 },
    { dialogue: 0, turn: 1, phonemes: 2, tokens: 11, speaker: 1 },
    { dialogue: 0, turn: 3, phonemes: 4, tokens: 13, speaker: 2 },
    { dialogue: 2, turn: 0, phonemes: 1, tokens: 30, speaker: 0 },
    { dialogue: 2, turn: 1, phonemes: 2, tokens: 31, speaker: 1 },
    { dialogue: 2, turn: 3, phonemes: 4, tokens: 33, speaker: 2 },
  ]);
  expect((await listed({ stage: 'gpt', split: 'validation' })).rows.map((row) => row.turn)).toEqual([0, 1, 2, 3]);
});

it('leaves out what is not accepted, such as turns without sound', async () => {
  const { table, rows } = await listed({ accepts: ({ sound, tokens }) => sound && tokens > 10 });
  expect(rows.map((row) => [row.dialogue, row.turn])).toEqual([
    [0, 3],
    [2, 0],
    [2, 3],
  ]);
  expect(table.speakers).toEqual(['cleo', 'ben']);
  expect((await listed({ accepts: () => false })).table.size).toBe(0);
});

it('reads the turn of a reference', async () => {
  const { rows } = await listed();
  const turns = await Promise.all(rows.map((row) => readTurn(corpus, row)));
  expect(turns.map(({ text }) => text)).toEqual([
    'd1 turn 0',
    'd1 turn 1',
    'd1 turn 3',
    'd3 turn 0',
    'd3 turn 1',
    'd3 turn 3',
  ]);
  turns.forEach(({ phonemes, tokens }, index) =>
    expect(rows[index]).toMatchObject({ phonemes: phonemes.length, tokens: tokens.length }),
  );
});
