// Which part of the data a process learns from, where several learn together. A batch is planned whole by every one of them, as many times
// as large as there are ranks, and each takes its rows of it: all have the same lengths to pad to, and what is drawn for a row depends on
// its place in the whole batch, not on who holds it.

export interface Shard {
  /** This process, counted from 0. */
  readonly rank: number;
  readonly ranks: number;
}

export const WHOLE: Shard = { rank: 0, ranks: 1 };

/** Rows of a whole batch. */
export interface RowRange {
  readonly first: number;
  readonly count: number;
}

/** The rows of a rank, of which each has `count`. */
export const rowRange = ({ rank }: Shard, count: number): RowRange => ({ first: rank * count, count });

/** A recipe as a rank follows it. What is kept of the run is the recipe itself: it goes on with any number of ranks. */
export const sharded = <Recipe extends { shard?: Shard }>(recipe: Recipe, shard: Shard | undefined): Recipe =>
  shard ? { ...recipe, shard: { rank: shard.rank, ranks: shard.ranks } } : recipe;
