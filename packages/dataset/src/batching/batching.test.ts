import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import {
  EpochPlanner,
  ExampleTable,
  openPrepared,
  planBuckets,
  planRows,
  readExample,
  rolesByTarget,
  type EpochOptions,
  type ExampleReference,
  type PreparedCorpus,
  type RandomSource,
  type RowPlan,
  type RowPlanOptions,
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

/** Lehmer's generator: enough to shuffle with. */
function randomOf(seed: number): RandomSource {
  let state = (seed % 2147483646) + 1;
  const uniform = () => ((state = (state * 48271) % 2147483647) - 1) / 2147483646;
  return { uniform, integer: (limit) => Math.floor(uniform() * limit) };
}

type PlanOptions = Partial<RowPlanOptions & EpochOptions> & { seed?: number; epochs?: number };
/** The batches of the first epochs, step by step. */
function plan({ seed = 1, epochs = 1, rows = 4, positions = 200, ...options }: PlanOptions = {}): RowPlan[][] {
  const { historyShares = [0.5, 0.3, 0.2] } = options;
  const planner = new EpochPlanner(
    (epoch) => planRows(examples, randomOf(1000 * seed + epoch), { rows, positions, historyShares }),
    options,
  );
  return Array.from({ length: planner.stepsOf(epochs) }, (_, step) => planner.at(step));
}

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
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(1000),
      (ranks, rows, accumulate, seed) => {
        const shares = Array.from({ length: ranks }, (_, rank) => plan({ ranks, rank, rows, accumulate, seed }));
        const counts = shares.map((share) => share.flat().length);
        expect(new Set(counts).size).toBe(1);
        for (const share of shares)
          expect(share.map((step) => step.length)).toEqual(
            Array.from({ length: share.length }, (_, step) => Math.min(accumulate, counts[0] - step * accumulate)),
          );
        const seen = shares.flat(4).map(key);
        expect(new Set(seen).size).toBe(examples.size);
        // Repeats only even out the ranks.
        const [alone] = [plan({ rows, seed }).flat()];
        expect(shares.flat(2).length - alone.length).toBeLessThan(ranks);
      },
    ),
    { numRuns: 40 },
  );
});

it('depends on the generator and the epoch alone, and counts steps over epochs', () => {
  expect(plan()).toEqual(plan());
  expect(plan({ seed: 2 })).not.toEqual(plan());
  const two = plan({ epochs: 2 });
  expect(two.slice(0, plan().length)).toEqual(plan());
  expect(two.slice(plan().length)).not.toEqual(plan());
  expect(new Set(two.slice(plan().length).flat(3).map(key)).size).toBe(examples.size);
  expect(
    plan()
      .flat(3)
      .map(({ history }) => history),
  ).toEqual(expect.arrayContaining([0, 1, 2]));
});

it('fills rows within the limit of positions, and leaves little of them empty', () => {
  const rows = plan({ positions: 400 }).flat(2);
  for (const row of rows) expect(row.reduce((sum, { positions }) => sum + positions, 0)).toBeLessThanOrEqual(400);
  const used = rows.flat().reduce((sum, { positions }) => sum + positions, 0);
  expect(used / (rows.length * 400)).toBeGreaterThan(0.7);
  expect(() => plan({ rank: 2, ranks: 2 })).toThrow('rank 2 of 2');
  expect(planRows(examples, randomOf(1), { rows: 1, positions: 3, historyShares: [1] })).toEqual([]);
});

it('plans utterances of one bucket a batch, the last of a bucket filled up', () => {
  const plans = planBuckets([Int32Array.of(1, 2, 3, 4, 5), [], [7]], randomOf(3), 2);
  expect(plans.map(({ bucket, rows }) => `${bucket}:${rows.length}`).sort()).toEqual(['0:2', '0:2', '0:2', '2:2']);
  expect(new Set(plans.filter(({ bucket }) => bucket === 0).flatMap(({ rows }) => rows))).toEqual(
    new Set([1, 2, 3, 4, 5]),
  );
  expect(plans.find(({ bucket }) => bucket === 2)).toEqual({ bucket: 2, rows: [7, 7] });
});
