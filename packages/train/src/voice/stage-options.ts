// What every training stage is told besides its configuration.
import type { EngineOptions } from '../engine/create-engine';
import type { LogEntry } from '../run/run';

export interface StageOptions {
  /** Prepared corpus (JSON Lines). */
  prepared: string;
  /** ConVITS: the speech codes (safetensors) of the prepared corpus; what each sounds like is where its embedding starts. */
  codebook?: string;
  /** Folder of the run: checkpoints and log. */
  directory: string;
  resume?: boolean;
  maximumSeconds?: number;
  saveEverySteps?: number;
  logEverySteps?: number;
  validateEverySteps?: number;
  signal?: AbortSignal;
  onLog?: (entry: LogEntry) => void;
  /** What runs the steps. */
  engine?: EngineOptions;
  /** How many checkpoints are kept besides the last and the best. */
  keepLast?: number;
}
