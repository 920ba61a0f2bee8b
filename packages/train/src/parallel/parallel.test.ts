// Two ranks with one row each make the steps that one process makes with two rows: both models, with dropout, both players, averages of
// codes, accumulation and either optimiser. The ranks are in one process here; open-mpi.test.ts has them in several.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { readSafetensors } from '@gpt-talker/checkpoint';
import { asRanks } from '../../test/local-ranks';
import { TINY_CORPUS, tinyConGpt, tinyConVits, tinyVoice } from '../../test/tiny-configs';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import { trainConGpt } from '../congpt/train';
import type { ConGptRecipe } from '../congpt/recipe';
import type { ConVitsRecipe } from '../convits/recipe';
import { trainConVits } from '../convits/train';
import type { Metrics } from '../engine/engine';
import type { TrainingOptions } from '../run/training-options';
import type { RanksOptions } from './ranks';

tf.enableProdMode();
// Generous: other work may have the processor.
jest.setTimeout(300_000);
let folder: string;
let prepared: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ranks-'));
  prepared = await writeTinyCorpus(path.join(folder, 'corpus'), TINY_CORPUS);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Recipe = ConGptRecipe | ConVitsRecipe;

function train(recipe: Recipe, options: TrainingOptions) {
  return recipe.stage === 'gpt' ? trainConGpt(recipe, options) : trainConVits(recipe, options);
}

const STEPS = 20;

/** The metrics of each step. */
async function metricsOf(name: string, recipe: Recipe, options: Partial<TrainingOptions> = {}): Promise<Metrics[]> {
  const logged: Metrics[] = [];
  await train(recipe, {
    ...{ prepared, directory: path.join(folder, name), logEverySteps: 1, validateEverySteps: 1000, totalSteps: STEPS },
    engine: { threads: 1, optimization: 'disabled' },
    onLog: ({ kind, metrics }) => kind === 'train' && logged.push(metrics),
    ...options,
  });
  return logged;
}

async function metricsOfRanks(
  size: number,
  name: string,
  recipe: Recipe,
  options: Partial<TrainingOptions> = {},
  ranksOptions: RanksOptions = {},
): Promise<Metrics[]> {
  const [first, ...others] = await asRanks(
    size,
    (ranks) => metricsOf(name, recipe, { ...options, ranks }),
    ranksOptions,
  );
  for (const other of others) expect(other).toEqual([]);
  return first;
}

/** Relative to the larger one. */
const apart = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), 1e-6);

function expectAlike(ranks: readonly Metrics[], alone: readonly Metrics[], within = 1e-4): void {
  expect(ranks).toHaveLength(alone.length);
  expect(Object.keys(ranks[0]).sort()).toEqual(Object.keys(alone[0]).sort());
  for (const [name, value] of Object.entries(alone[0]))
    expect({ name, close: apart(ranks[0][name], value) < 1e-5, is: ranks[0][name], value }).toMatchObject({
      close: true,
    });
  expect(apart(ranks[ranks.length - 1].loss, alone[alone.length - 1].loss)).toBeLessThan(within);
}

const cases: Record<string, (rows: number) => Recipe> = {
  ConGPT: (rows) => tinyConGpt({ rows }),
  'ConGPT with ScaledAdam, accumulating': (rows) => tinyConGpt({ rows, accumulate: 2, optimizer: 'scaled-adam' }),
  ConVITS: (rows) => tinyConVits({ rows }),
  "a voice's ConGPT": (rows) => tinyVoice({ rows }).gpt,
  "a voice's ConVITS": (rows) => tinyVoice({ rows }).vits,
};

// Each case compiles three steps; `npm run test:ranks` takes all of them.
const ORDINARY = ['ConGPT', "a voice's ConVITS"];
const tried = Object.entries(cases).filter(([name]) => process.env.RANKS === 'all' || ORDINARY.includes(name));

test.each(tried)('%s: two ranks with a row each are one process with two', async (name, recipeOf) => {
  const alone = await metricsOf(`${name} alone`, recipeOf(2));
  const together = await metricsOfRanks(2, `${name} together`, recipeOf(1), {}, { buckets: 3 });
  expectAlike(together, alone);
});

test('codes move by the averages of all ranks, accumulating or not', async () => {
  await metricsOf('start', tinyConVits({ rows: 2, trainQuantizer: true }), { totalSteps: 1 });
  const init = path.join(folder, 'start', 'last.safetensors');
  for (const accumulate of process.env.RANKS === 'all' ? [1, 2] : [2]) {
    const recipeOf = (rows: number) => tinyConVits({ rows, accumulate, trainQuantizer: true });
    const alone = await metricsOf(`codes ${accumulate}`, recipeOf(2), { init, totalSteps: 8 });
    const together = await metricsOfRanks(2, `codes ${accumulate} together`, recipeOf(1), { init, totalSteps: 8 });
    expectAlike(together, alone);
    const [one, two] = await Promise.all(
      [`codes ${accumulate}`, `codes ${accumulate} together`].map(async (run) => {
        const { tensors } = readSafetensors(await readFile(path.join(folder, run, 'last.safetensors')));
        return tensors.get('parameter/quantizer.vq.layers.0._codebook.embed_avg')!.data as Float32Array;
      }),
    );
    expect(Math.max(...one.map((value, i) => Math.abs(value - two[i])))).toBeLessThan(1e-3);
  }
});
