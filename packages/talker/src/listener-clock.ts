// How long a listener still has something to hear: what has been said, less the time since it began.

/** Sound is made of tokens once this much more is known, as ConVITS looks ahead; with less than this there is a pause. */
const HUNGRY_SECONDS = 1.6;

export class ListenerClock {
  private begun: number | undefined;
  private tokens = 0;

  constructor(private readonly tokensPerSecond: number) {}

  /** A token more has been said. */
  add(): void {
    this.begun ??= performance.now();
    this.tokens++;
  }

  /** Seconds until nothing is left to hear; 0 before anything was said. */
  get secondsLeft(): number {
    if (this.begun === undefined) return 0;
    return this.tokens / this.tokensPerSecond - (performance.now() - this.begun) / 1000;
  }

  /** Whether something has to be said now for there to be no silence. */
  isHungry(): boolean {
    return this.secondsLeft < HUNGRY_SECONDS;
  }

  /** Milliseconds until it is hungry. */
  get patienceMilliseconds(): number {
    return Math.max(0, 1000 * (this.secondsLeft - HUNGRY_SECONDS));
  }
}
