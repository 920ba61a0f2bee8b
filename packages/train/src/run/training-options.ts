// What a stage is told besides its recipe.
import type { EngineOptions } from '../engine/create-engine';
import type { Ranks } from '../parallel/ranks';
import type { LogEntry } from './run';

export interface TrainingOptions {
  /** Prepared corpus: a folder, or a file of JSON Lines. */
  prepared: string;
  /** Folder of the run: checkpoints, log, events, samples, report. */
  directory: string;
  /** Weights to begin with: a checkpoint of GPT-SoVITS, GPT-Talker or of ours. */
  init?: string;
  /** Goes on with the run that is in the folder, if there is one. */
  resume?: boolean;
  /** Replaces the run that is in the folder. */
  overwrite?: boolean;
  /** Fewer steps than the recipe's. */
  totalSteps?: number;
  maximumSeconds?: number;
  saveEverySteps?: number;
  keepLast?: number;
  logEverySteps?: number;
  validateEverySteps?: number;
  /**
   * Steps whose batches a thread of their own makes ahead; 0: they are made in the thread that trains, when their step has come. Default 2,
   * or 0 where the package is bundled into something else, or not built.
   */
  prefetch?: number;
  signal?: AbortSignal;
  /**
   * Trains together with other processes, each with some rows of every batch; see `joinRanks`. All make the same call; files are written by
   * rank 0 alone. An error on one rank is not known to the others: the program that catches it has to end the process.
   */
  ranks?: Ranks;
  engine?: EngineOptions;
  onLog?: (entry: LogEntry) => void;
  /** One line about the run's beginning: weights taken, missing, left over. */
  onMessage?: (line: string) => void;
}
