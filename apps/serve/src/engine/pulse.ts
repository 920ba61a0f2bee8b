// Whether a process gives signs of life. It is looked for them at intervals and looks without one are counted, not time: where this process
// itself was held up, or the machine slept, that is one look, and nobody is taken for dead because of it.

/** Looks until silence means that it hangs. */
const LOOKS = 10;
/** Looks until nobody else should wait for it. */
const LATE_LOOKS = 4;
/** One that starts says nothing before its program is loaded, which takes its time on a busy machine. */
const LOADING_PATIENCE = 4;
const LEAST_LOADING_SECONDS = 60;

export class Pulse {
  private silent = 0;
  /** Jobs that it was told to stop, and how many looks ago. */
  private readonly stopping = new Map<number, number>();

  /** @param timeoutSeconds how long it may be silent */
  constructor(private readonly timeoutSeconds: number) {}

  /** Milliseconds between two looks. */
  get interval(): number {
    return (1000 * this.timeoutSeconds) / LOOKS;
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
    const loading = Math.max(LOADING_PATIENCE * this.timeoutSeconds, LEAST_LOADING_SECONDS);
    const patience = isLoading ? (1000 * loading) / this.interval : LOOKS;
    if (this.silent >= patience) return 'it gives no sign of life';
    if ([...this.stopping.values()].some((looks) => looks >= LOOKS)) return 'it goes on with what it was told to stop';
    return undefined;
  }
}
