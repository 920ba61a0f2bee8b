// What every step is given.
import { type StepName } from '../records';
import { type Work } from '../work';

export interface Progress {
  step: StepName;
  /** The episode, scene or dialogue that is finished. */
  unit: string;
  /** Found done. */
  resumed: boolean;
}

export interface StepContext {
  work: Work;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}
