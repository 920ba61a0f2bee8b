// What every stage is told about its run, whichever dialect its configuration is written in.
import type { Shard } from '../parallel/shard';
import { exponentialDecay, warmupCosine, type Schedule, type WarmupCosineOptions } from '../engine/schedules';

/** How the learning rate goes. */
export type RateRecipe =
  | ({ readonly kind: 'warmup-cosine' } & Readonly<WarmupCosineOptions>)
  /** Multiplied by `decay` after every epoch. */
  | { readonly kind: 'exponential'; readonly rate: number; readonly decay: number };

export interface StageRecipe {
  /** What the run is called. */
  readonly name: string;
  /** Of batches, noise and dropout. */
  readonly seed: number;
  /** Of the initial weights. */
  readonly weightSeed: number;
  readonly length: { readonly steps: number } | { readonly epochs: number };
  readonly rate: RateRecipe;
  /** Batches whose gradients make one step. */
  readonly accumulate: number;
  readonly saveEverySteps?: number;
  readonly keepLast?: number;
  readonly logEverySteps?: number;
  readonly validateEverySteps?: number;
  /** Which rows of each batch this process learns from, where several share them; not kept with a run. */
  readonly shard?: Shard;
}

/** How many steps a run has. @param stepsOf how many some epochs have */
export const stepsIn = ({ length }: Pick<StageRecipe, 'length'>, stepsOf: (epochs: number) => number): number =>
  'steps' in length ? length.steps : stepsOf(length.epochs);

export function scheduleOf(rate: RateRecipe, stepsPerEpoch: number): Schedule {
  return rate.kind === 'exponential' ? exponentialDecay(rate.rate, rate.decay, stepsPerEpoch) : warmupCosine(rate);
}
