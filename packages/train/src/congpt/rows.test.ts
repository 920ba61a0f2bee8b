import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { withPrepared, type PreparedDialogue, type PreparedTurn } from '@gpt-talker/dataset';
import { congptConfig } from '@gpt-talker/gpt/model';
import { randomForName } from '@gpt-talker/nn';
import { ExampleSampler, exampleSegments, turnPositions } from './examples';
import { packRows } from './rows';

const turn = (role: PreparedTurn['role'], phonemes: number[], tokens: number[]): PreparedTurn => ({
  role,
  speaker: role,
  text: '',
  phonemes,
  tokens,
  audio: '',
  seconds: tokens.length / 25,
});
const user = turn('user', [1, 2], [10, 11, 12]);
const agent = turn('agent', [3], [13, 14]);
const dialogue: PreparedDialogue = { id: 'd', split: 'train', turns: [user, agent, user, agent] };
const options = { rows: 2, positions: 12, historyShares: [0.5, 0.5], roles: ['agent' as const] };
const config = congptConfig({
  layers: 1,
  width: 8,
  heads: 1,
  semanticVocabulary: 20,
  phonemeVocabulary: 8,
  featureWidth: 0,
  roles: true,
});

let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'examples-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('draws turns of the wanted role, with as much history as fits, the same for the same generator', async () => {
  const file = path.join(folder, 'prepared.jsonl');
  await writeFile(file, JSON.stringify(dialogue));
  const { rows, again } = await withPrepared(file, async (corpus) => {
    await expect(ExampleSampler.open(corpus, 'validation', options)).rejects.toThrow(
      expect.objectContaining({ code: 'empty', message: expect.stringContaining(`${file}: no validation dialogue`) }),
    );
    await expect(ExampleSampler.open(corpus, 'train', { ...options, positions: 2 })).rejects.toThrow(
      'No turn has at most 2 positions; raise train.positions',
    );
    const sampler = await ExampleSampler.open(corpus, 'train', options);
    return { rows: await sampler.rows(randomForName(1, 'a')), again: await sampler.rows(randomForName(1, 'a')) };
  });
  expect(again).toEqual(rows);
  expect(rows).toHaveLength(2);
  const examples = rows.flat();
  for (const example of examples) expect(example.at(-1)!.role).toBe('agent');
  expect(new Set(examples.map(({ length }) => length))).toEqual(new Set([1, 2]));
  for (const row of rows) {
    expect(row.flat().reduce((sum, each) => sum + turnPositions(each), 0)).toBeLessThanOrEqual(options.positions);
  }
});

it('draws what has no history from the styles that are meant for it', async () => {
  const file = path.join(folder, 'styles.jsonl');
  const turns = [user, { ...agent, style: 'sad' }, user, { ...agent, style: 'plain' }];
  await writeFile(file, JSON.stringify({ ...dialogue, turns }));
  await withPrepared(file, async (corpus) => {
    const sampler = await ExampleSampler.open(corpus, 'train', { ...options, positions: 200, aloneStyles: ['plain'] });
    const examples = (await sampler.rows(randomForName(1, 'a'))).flat();
    const stylesOf = (alone: boolean) =>
      new Set(examples.filter(({ length }) => (length === 1) === alone).map((example) => example.at(-1)!.style));
    expect(stylesOf(true)).toEqual(new Set(['plain']));
    expect(stylesOf(false)).toEqual(new Set(['plain', 'sad']));
    await expect(ExampleSampler.open(corpus, 'train', { ...options, aloneStyles: ['glad'] })).rejects.toThrow(
      'No turn has the style glad; change train.aloneStyles.',
    );
  });
});

it('packs examples beside each other, blind to each other, with the last turn as target', () => {
  const batch = packRows(
    [[[agent], [user, agent]], []],
    { rows: 2, positions: 12 },
    { order: 'interleaved', textMask: 'causal' },
    config,
  );
  const row = (name: string) => [...(batch[name].data as Int32Array).subarray(0, 12)];
  expect(row('ids')).toEqual([3, 13, 14, 1, 2, 10, 11, 12, 3, 13, 14, 0]);
  expect(row('kind')).toEqual([0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 0]);
  expect(row('roles')).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0]);
  expect(row('targets')).toEqual([13, 14, 19, 0, 0, 0, 0, 0, 13, 14, 19, 0]);
  expect(row('weights')).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0]);
  const sees = (from: number, to: number) => (batch.mask.data as Float32Array)[from * 12 + to] === 0;
  for (let from = 0; from < 12; from++) {
    for (let to = 0; to < 12; to++) {
      const sameExample = from < 3 === to < 3 && from < 11 === to < 11;
      expect({ from, to, sees: sees(from, to) }).toEqual({ from, to, sees: sameExample && to <= from });
    }
  }
});

it('keeps the order text, speech, text, speech', () => {
  expect(exampleSegments([user, agent]).map(({ kind, role }) => `${kind} ${role}`)).toEqual([
    'text user',
    'speech user',
    'text agent',
    'speech agent',
  ]);
});
