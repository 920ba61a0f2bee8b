// An epoch as batches of examples of like length. What is in them depends on seed and epoch alone, so that every rank of a
// distributed run makes the same plan and takes its share of it, and a resumed run goes on with the same batches.
import { DatasetError } from '../errors';
import { type ExampleReference, type ExampleTable } from './examples';
import { randomFor, shuffle } from './random';

export interface BatchOptions {
  seed: number;
  epoch: number;
  /** How often an example has 0, 1, 2 … turns of history; the numbers add up to 1. Default: [1], none. */
  historyShares?: readonly number[];
  /** Examples of a batch, at most. */
  batchSize?: number;
  /** Positions of a batch, at most: its examples times the longest of them. */
  batchPositions?: number;
  /** Longer examples lose history, then are left out. Default: `batchPositions`. */
  maximumPositions?: number;
  /** Examples whose lengths differ by less share batches. Default 50. */
  bucketPositions?: number;
  /** This process and how many there are. Default 0 of 1. Every rank gets equally many batches: the last ones may repeat. */
  rank?: number;
  ranks?: number;
}

/** The batches of one epoch for one rank. Every example is in exactly one batch of all ranks, but for those that repeat. */
export function planEpoch(examples: ExampleTable, options: BatchOptions): ExampleReference[][] {
  const { seed, epoch, rank = 0, ranks = 1 } = options;
  const { batchSize = Infinity, batchPositions = Infinity, bucketPositions = 50, historyShares = [1] } = options;
  if (!Number.isInteger(rank) || !Number.isInteger(ranks) || rank < 0 || rank >= ranks) {
    throw new DatasetError('option', `rank ${rank} of ${ranks} makes no sense; ranks are counted from 0`);
  }
  if (batchSize === Infinity && batchPositions === Infinity) {
    throw new DatasetError('option', 'neither batchSize nor batchPositions is given; one must limit the batches');
  }
  const random = randomFor(seed, 'epoch', epoch);
  const maximum = options.maximumPositions ?? batchPositions;
  const drawn: ExampleReference[] = [];
  for (let index = 0; index < examples.size; index++) {
    const example = examples.at(index, historyTurns(random(), historyShares), maximum);
    if (example) drawn.push(example);
  }
  if (drawn.length === 0) {
    throw new DatasetError('empty', `no turn has at most ${maximum} positions; allow longer ones`);
  }
  const buckets = new Map<number, ExampleReference[]>();
  for (const example of shuffle(drawn, random)) {
    const bucket = Math.floor(example.positions / bucketPositions);
    const known = buckets.get(bucket);
    if (known) known.push(example);
    else buckets.set(bucket, [example]);
  }
  const ordered = [...buckets].sort(([first], [second]) => first - second).flatMap(([, bucket]) => bucket);
  const batches = shuffle(cut(ordered, batchSize, batchPositions), random);
  for (let next = 0; batches.length % ranks !== 0; next++) batches.push(batches[next]);
  return batches.filter((_, index) => index % ranks === rank);
}

function cut(examples: readonly ExampleReference[], batchSize: number, batchPositions: number): ExampleReference[][] {
  const batches: ExampleReference[][] = [];
  let batch: ExampleReference[] = [];
  let longest = 0;
  for (const example of examples) {
    longest = Math.max(longest, example.positions);
    if (batch.length > 0 && (batch.length === batchSize || longest * (batch.length + 1) > batchPositions)) {
      batches.push(batch);
      batch = [];
      longest = example.positions;
    }
    batch.push(example);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function historyTurns(uniform: number, shares: readonly number[]): number {
  let sum = 0;
  for (const [turns, share] of shares.entries()) {
    sum += share;
    if (uniform < sum) return turns;
  }
  return shares.length - 1;
}
