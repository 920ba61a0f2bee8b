import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {
  ExampleTable,
  openPrepared,
  planEpoch,
  readExample,
  rolesByTarget,
  type BatchOptions,
  type ExampleReference,
  type PreparedCorpus,
} from '../index';

let folder: string;
let corpus: PreparedCorpus;
let examples: ExampleTable;
const DIALOGUES = 30;
const TURNS = 6;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'batches-'));
  const lines = Array.from({ length: DIALOGUES }, (_, dialogue) => ({
    id: `d${dialogue}`,
    split: dialogue % 10 === 9 ? 'validation' : 'train',
    turns: Array.from({ length: TURNS }, (_turn, turn) => ({
      role: turn % 2 === 0 ? 'user' : 'agent',
      speaker: turn % 2 === 0 ? 'ann' : 'ben',
      text: 'x',
      phonemes: Array<number>(5 + ((dialogue * 7 + turn * 3) % 20)).fill(1),
      tokens: Array<number>(10 + ((dialogue * 5 + turn * 11) % 60)).fill(2),
      seconds: 1,
      ...(turn === 3 && { excludedFrom: ['gpt'] }),
    })),
  }));
  const file = path.join(folder, 'prepared.jsonl');
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  corpus = await openPrepared(file);
  examples = await ExampleTable.build(corpus, { split: 'train', stage: 'gpt' });
});
afterAll(async () => {
  await corpus.close();
  await rm(folder, { recursive: true, force: true });
});

const key = ({ dialogue, turn }: ExampleReference) => `${dialogue}/${turn}`;
const plan = (options: Partial<BatchOptions> = {}) =>
  planEpoch(examples, { seed: 1, epoch: 0, batchSize: 8, historyShares: [0.5, 0.3, 0.2], ...options });

it('makes every turn of the split an example, but for those that the stage does not learn from', async () => {
  expect(examples.size).toBe(27 * (TURNS - 1));
  expect((await ExampleTable.build(corpus, { split: 'train' })).size).toBe(27 * TURNS);
  const agents = await ExampleTable.build(corpus, { split: 'validation', stage: 'vits', roles: ['agent'] });
  expect(agents.size).toBe(3 * 3);
  const short = await ExampleTable.build(corpus, {
    ...{ split: 'train', stage: 'gpt' },
    accepts: ({ phonemes, tokens }) => phonemes + tokens <= 60,
  });
  const lengths = Array.from({ length: short.size }, (_, index) => short.at(index, 0)!.positions);
  expect(lengths.length).toBeLessThan(examples.size);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(60);
  const example = examples.at(2, 5)!;
  expect(example).toMatchObject({ dialogue: 0, turn: 2, history: 2 });
  const turns = await readExample(corpus, example);
  expect(turns).toHaveLength(3);
  expect(turns.reduce((sum, turn) => sum + turn.phonemes.length + turn.tokens.length, 0)).toBe(example.positions);
  expect(rolesByTarget(turns).map(({ role }) => role)).toEqual(['agent', 'user', 'agent']);
});

it('gives up history before it gives up an example', () => {
  const whole = examples.at(2, 2)!;
  expect(examples.at(2, 2, whole.positions - 1)).toMatchObject({ history: 1 });
  expect(examples.at(2, 2, 1)).toBeUndefined();
});

it('puts every example into exactly one batch of an epoch, whatever the number of ranks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(1000),
      (ranks, batchSize, seed) => {
        const shares = Array.from({ length: ranks }, (_, rank) => plan({ ranks, rank, batchSize, seed }));
        const counts = shares.map((share) => share.length);
        expect(new Set(counts).size).toBe(1);
        const seen = shares.flat(2).map(key);
        expect(new Set(seen).size).toBe(examples.size);
        // Repeats only even out the ranks.
        const batches = shares.flat();
        expect(batches.length - Math.ceil(seen.length / batchSize)).toBeLessThan(ranks + 1);
        expect(seen.length - examples.size).toBeLessThanOrEqual((ranks - 1) * batchSize);
      },
    ),
    { numRuns: 40 },
  );
});

it('depends on seed and epoch alone', () => {
  expect(plan()).toEqual(plan());
  expect(plan({ epoch: 1 })).not.toEqual(plan());
  expect(plan({ seed: 2 })).not.toEqual(plan());
  expect(
    plan()
      .flat()
      .map(({ history }) => history),
  ).toEqual(expect.arrayContaining([0, 1, 2]));
});

it('fills batches with examples of like length, within the limit of positions', () => {
  const batches = plan({ batchSize: Infinity, batchPositions: 400 });
  let padding = 0;
  let all = 0;
  for (const batch of batches) {
    const longest = Math.max(...batch.map(({ positions }) => positions));
    expect(longest * batch.length).toBeLessThanOrEqual(400);
    for (const { positions } of batch) {
      padding += longest - positions;
      all += longest;
    }
  }
  expect(padding / all).toBeLessThan(0.2);
  expect(() => plan({ batchSize: Infinity })).toThrow('neither batchSize nor batchPositions');
  expect(() => plan({ rank: 2, ranks: 2 })).toThrow('rank 2 of 2');
  expect(() => plan({ maximumPositions: 3 })).toThrow('no turn has at most 3 positions');
});
