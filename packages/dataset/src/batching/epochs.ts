// The one planner of epochs: every example once an epoch, in an order that seed and epoch fix, so that every rank of a distributed run
// makes the same plan and takes its share of it, and a resumed run goes on with the same batches. How an epoch is cut into batches is
// its caller's affair: rows of dialogues (`planRows`), or single utterances of like length (`planBuckets`).
import { DatasetError } from '../errors';
import { type ExampleReference, type ExampleTable } from './examples';

/** Where random numbers come from; the `Random` of @gpt-talker/nn is one. */
export interface RandomSource {
  /** In [0, 1). */
  uniform(): number;
  /** From 0 to `limit` − 1. */
  integer(limit: number): number;
}

export interface EpochOptions {
  /** Batches of a step; an epoch's last step takes what is left. Default 1. */
  accumulate?: number;
  /** This process and how many there are. Default 0 of 1. Every rank gets equally many batches: the first ones may repeat. */
  rank?: number;
  ranks?: number;
}

/** Steps over epochs that are planned when they are first asked for; only the last one is held. */
export class EpochPlanner<Batch> {
  private current: { epoch: number; steps: Batch[][] } | undefined;
  /** The first step of each epoch that has been planned, and the one after. */
  private readonly begins = [0];
  private readonly options: Required<EpochOptions>;

  /** @param plan the batches of an epoch: a function of its number alone, and at least one @throws DatasetError `option` */
  constructor(
    private readonly plan: (epoch: number) => Batch[],
    { accumulate = 1, rank = 0, ranks = 1 }: EpochOptions = {},
  ) {
    if (!Number.isInteger(rank) || !Number.isInteger(ranks) || rank < 0 || rank >= ranks)
      throw new DatasetError('option', `rank ${rank} of ${ranks} makes no sense; ranks are counted from 0`);
    this.options = { accumulate, rank, ranks };
  }

  /** Number of steps of the first epochs. */
  stepsOf(epochs: number): number {
    while (this.begins.length <= epochs) this.stepsIn(this.begins.length - 1);
    return this.begins[epochs];
  }

  /** The batches of a step, counted from 0 over all epochs. */
  at(step: number): Batch[] {
    let epoch = 0;
    while (this.stepsOf(epoch + 1) <= step) epoch++;
    return this.stepsIn(epoch)[step - this.begins[epoch]];
  }

  private stepsIn(epoch: number): Batch[][] {
    if (this.current?.epoch === epoch) return this.current.steps;
    const { accumulate, rank, ranks } = this.options;
    const batches = [...this.plan(epoch)];
    for (let next = 0; batches.length % ranks !== 0; next++) batches.push(batches[next]);
    const own = batches.filter((_, index) => index % ranks === rank);
    const steps = Array.from({ length: Math.ceil(own.length / accumulate) }, (_, step) =>
      own.slice(step * accumulate, (step + 1) * accumulate),
    );
    this.current = { epoch, steps };
    if (this.begins.length === epoch + 1) this.begins.push(this.begins[epoch] + steps.length);
    return steps;
  }
}

/** Rows of a batch, each a list of examples that share it. */
export type RowPlan = readonly (readonly ExampleReference[])[];

export interface RowPlanOptions {
  /** Rows of a batch. */
  rows: number;
  /** Positions of a row; longer examples lose history, then are left out. */
  positions: number;
  /** How often an example has 0, 1, 2 … turns of history; the numbers add up to 1. */
  historyShares: readonly number[];
}

/** An epoch of dialogues: every example once, after as many turns of history as are drawn for it. None where none fits into a row. */
export function planRows(
  examples: ExampleTable,
  random: RandomSource,
  { rows, positions, historyShares }: RowPlanOptions,
): RowPlan[] {
  const order = Array.from({ length: examples.size }, (_, index) => index);
  const drawn = shuffle(order, random).flatMap((index) => {
    const example = examples.at(index, historyLength(random.uniform(), historyShares), positions);
    return example ? [example] : [];
  });
  return groups(fillRows(drawn, positions), rows);
}

/** Examples in their order, each row as full as the next one allows. */
export function fillRows<Example extends { positions: number }>(
  examples: Iterable<Example>,
  positions: number,
): Example[][] {
  const rows: Example[][] = [];
  let used = Infinity;
  for (const example of examples) {
    if (used + example.positions > positions) {
      rows.push([]);
      used = 0;
    }
    rows[rows.length - 1].push(example);
    used += example.positions;
  }
  return rows;
}

/** Utterances that are padded to the same length. */
export interface BucketPlan {
  bucket: number;
  /** Whatever the buckets hold: indices into a table. */
  rows: number[];
}

/** An epoch of single utterances: batches of one bucket each; a bucket's last batch is filled up from its beginning, as upstream does. */
export function planBuckets(buckets: readonly ArrayLike<number>[], random: RandomSource, size: number): BucketPlan[] {
  const plans = buckets.flatMap((members, bucket) => {
    const order = shuffle(Array.from(members), random);
    return Array.from({ length: Math.ceil(order.length / size) }, (_, batch): BucketPlan => ({
      bucket,
      rows: Array.from({ length: size }, (__, row) => order[(batch * size + row) % order.length]),
    }));
  });
  return shuffle(plans, random);
}

/** How many turns of history a uniform draw stands for, by the share of each number. */
export function historyLength(uniform: number, shares: readonly number[]): number {
  let sum = 0;
  for (const [length, share] of shares.entries()) {
    sum += share;
    if (uniform < sum) return length;
  }
  return shares.length - 1;
}

export const groups = <T>(values: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(values.length / size) }, (_, group) => values.slice(group * size, (group + 1) * size));

/** Shuffles in place (Fisher and Yates). */
function shuffle<T>(values: T[], random: RandomSource): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [values[last], values[other]] = [values[other], values[last]];
  }
  return values;
}
