// Whether a process gives signs of life. It is looked for them at intervals and looks without one are counted, not time: where this process
// itself was held up, or the machine slept, that is one look, and nobody is taken for dead because of it.

/** Looks until silence means that it hangs. */
const LOOKS = 10;
/** Looks until nobody else should wait for it. */
const LATE_LOOKS = 4;
/** How much more patience there is with one that is still loading. */
const LOADING_PATIENCE = 4;

export class Pulse {
  private silent = 0;
  /** Jobs that it was told to stop, and how many looks ago. */
  private readonly stopping = new Map<number, number>();

  /** Milliseconds between two looks, where silence may last so many seconds. */
  static interval(timeoutSeconds: number): number {
    return (1000 * timeoutSeconds) / LOOKS;
  }

  /** It has said something. */
  beat(): void {
    this.silent = 0;
  }

  /** It was told to stop a job. */
  expectEnd(job: number): void {
    if (!this.stopping.has(job)) this.stopping.set(job, 0);
  }

  /** A job has ended. */
  ended(job: number): void {
    this.stopping.delete(job);
  }

  /** Whether it keeps others waiting. */
  get isLate(): boolean {
    return this.silent >= LATE_LOOKS;
  }

  /** Counts a look. @returns why it is taken for hanging; undefined where it is not */
  look(isLoading: boolean): string | undefined {
    this.silent++;
    for (const [job, looks] of this.stopping) this.stopping.set(job, looks + 1);
    if (this.silent >= LOOKS * (isLoading ? LOADING_PATIENCE : 1)) return 'it gives no sign of life';
    if ([...this.stopping.values()].some((looks) => looks >= LOOKS)) return 'it goes on with what it was told to stop';
    return undefined;
  }
}
