import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  readExample,
  withPrepared,
  type PreparedCorpus,
  type PreparedDialogue,
  type PreparedTurn,
} from '@gpt-talker/dataset';
import { congptConfig } from '@gpt-talker/gpt/model';
import { packBatch } from './batches';
import { planExamples, type PlanRecipe } from './examples';
import { turnSegments } from './segments';

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
const recipe: PlanRecipe = {
  ...{ seed: 1, accumulate: 1 },
  examples: {
    ...{ order: 'draws', rows: 2, positions: 12, historyShares: [0.5, 0.5], roles: ['agent'] },
    ...{ validationBatches: 1, positionsKey: 'train.positions' },
  },
};
const withExamples = (changes: Partial<PlanRecipe['examples']>): PlanRecipe => ({
  ...recipe,
  examples: { ...recipe.examples, ...changes },
});
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

/** The dialogue once to learn from and once to validate with. */
async function corpusOf(name: string, { turns }: Pick<PreparedDialogue, 'turns'>): Promise<string> {
  const file = path.join(folder, name);
  const lines = (['train', 'validation'] as const).map((split) => ({ id: split, split, turns }));
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  return file;
}

async function drawnFrom(corpus: PreparedCorpus, from: PlanRecipe, steps = 1): Promise<PreparedTurn[][][]> {
  const plan = await planExamples(corpus, from);
  const rows = Array.from({ length: steps }, (_, step) => plan.at(step)).flatMap((batches) =>
    batches.flatMap((batch) => batch.rows),
  );
  return Promise.all(rows.map((row) => Promise.all(row.map((example) => readExample(corpus, example)))));
}

it('draws turns of the wanted role, with as much history as fits, the same for the same step', async () => {
  const only = path.join(folder, 'prepared.jsonl');
  await writeFile(only, JSON.stringify(dialogue));
  await withPrepared(only, (corpus) =>
    expect(planExamples(corpus, recipe)).rejects.toThrow(
      expect.objectContaining({ code: 'empty', message: expect.stringContaining(`${only}: no validation dialogue`) }),
    ),
  );
  const { rows, again, other } = await withPrepared(await corpusOf('both.jsonl', dialogue), async (corpus) => {
    await expect(planExamples(corpus, withExamples({ positions: 2 }))).rejects.toThrow(
      'No turn has at most 2 positions; raise train.positions',
    );
    await expect(planExamples(corpus, withExamples({ order: 'epochs', positions: 2 }))).rejects.toThrow(
      'No turn has at most 2 positions; raise train.positions',
    );
    return {
      rows: await drawnFrom(corpus, recipe, 3),
      again: await drawnFrom(corpus, recipe, 3),
      other: await drawnFrom(corpus, { ...recipe, seed: 2 }, 3),
    };
  });
  expect(again).toEqual(rows);
  expect(other).not.toEqual(rows);
  expect(rows).toHaveLength(6);
  const examples = rows.flat();
  for (const example of examples) expect(example.at(-1)!.role).toBe('agent');
  expect(new Set(examples.map(({ length }) => length))).toEqual(new Set([1, 2]));
  const positions = ({ phonemes, tokens }: PreparedTurn) => phonemes.length + tokens.length;
  for (const row of rows) {
    expect(row.flat().reduce((sum, each) => sum + positions(each), 0)).toBeLessThanOrEqual(recipe.examples.positions);
  }
});

it('draws what has no history from the styles that are meant for it', async () => {
  const turns = [user, { ...agent, style: 'sad' }, user, { ...agent, style: 'plain' }];
  await withPrepared(await corpusOf('styles.jsonl', { turns }), async (corpus) => {
    const examples = (await drawnFrom(corpus, withExamples({ positions: 200, aloneStyles: ['plain'] }))).flat();
    const stylesOf = (alone: boolean) =>
      new Set(examples.filter(({ length }) => (length === 1) === alone).map((example) => example.at(-1)!.style));
    expect(stylesOf(true)).toEqual(new Set(['plain']));
    expect(stylesOf(false)).toEqual(new Set(['plain', 'sad']));
    await expect(planExamples(corpus, withExamples({ aloneStyles: ['glad'] }))).rejects.toThrow(
      'No turn has the style glad; change train.aloneStyles.',
    );
  });
});

it('goes through every example once an epoch, several batches a step where it accumulates', async () => {
  await withPrepared(await corpusOf('epochs.jsonl', dialogue), async (corpus) => {
    const plan = await planExamples(corpus, { ...withExamples({ order: 'epochs', rows: 1 }), accumulate: 2 });
    const batches = plan.at(0);
    expect(batches.map(({ noise }) => noise)).toEqual(['dropout/0/0', 'dropout/1/0'].slice(0, batches.length));
    const seen = Array.from({ length: plan.stepsOf(1) }, (_, step) => plan.at(step))
      .flat(1)
      .flatMap(({ rows }) => rows.flat());
    expect(seen.map(({ turn }) => turn).sort()).toEqual([1, 3]);
    expect(plan.validation()).toHaveLength(1);
  });
});

it('packs examples beside each other, blind to each other, with the last turn as target', async () => {
  const batch = packBatch(
    [[await turnSegments([agent], config), await turnSegments([user, agent], config)], []],
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

it('keeps the order text, speech, text, speech', async () => {
  expect((await turnSegments([user, agent], config)).map(({ kind, role }) => `${kind} ${role}`)).toEqual([
    'text user',
    'speech user',
    'text agent',
    'speech agent',
  ]);
});

it('names the turn with ids that the model does not have, the end of speech among them', async () => {
  const named = { ...agent, name: '3_1_d7' };
  await expect(turnSegments([{ ...named, phonemes: [1, 8] }], config)).rejects.toThrow(
    "3_1_d7: phoneme 8 is not one of the model's 8",
  );
  await expect(turnSegments([{ ...named, tokens: [4, 19, 5] }], config)).rejects.toThrow(
    "3_1_d7: speech token 19 is not one of the model's 19",
  );
});
