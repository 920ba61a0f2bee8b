// How far a run has come: one value for a whole display.
import { STEPS, type StepName } from '../store/layout';
import { type CrewMember } from './runner';

export interface Progress {
  step: StepName;
  /** 1 to `steps`. */
  number: number;
  steps: number;
  /** Turns done in this step. */
  turns: number;
  /** Unknown while the corpus is still being read. */
  totalTurns?: number;
  /** Of sound, in this step. */
  seconds: number;
  /** Turns whose result was there from an earlier run. */
  recognised: number;
  elapsedSeconds: number;
  /** Of this step; unknown until some work is done. */
  remainingSeconds?: number;
  /** Who does the work, where it is shared by a queue. */
  crew?: CrewMember[];
}

/** Counts the turns of one step. */
export class StepProgress {
  private readonly began = performance.now();
  private turns = 0;
  private seconds = 0;
  private recognised = 0;

  constructor(
    private readonly step: StepName,
    private readonly totalTurns: number | undefined,
    private readonly onProgress: ((progress: Progress) => void) | undefined,
    private readonly crew?: () => CrewMember[],
  ) {}

  add(turns: number, seconds: number, recognised = false): void {
    this.turns += turns;
    this.seconds += seconds;
    if (recognised) this.recognised += turns;
    const elapsedSeconds = (performance.now() - this.began) / 1000;
    const worked = this.turns - this.recognised;
    this.onProgress?.({
      step: this.step,
      number: STEPS.indexOf(this.step) + 1,
      steps: STEPS.length,
      turns: this.turns,
      totalTurns: this.totalTurns,
      seconds: this.seconds,
      recognised: this.recognised,
      elapsedSeconds,
      // Recognised turns take no time, so they say nothing about the speed.
      remainingSeconds:
        this.totalTurns === undefined || worked === 0
          ? undefined
          : (elapsedSeconds / worked) * (this.totalTurns - this.turns),
      ...(this.crew && { crew: this.crew() }),
    });
  }
}
