// How long each part of a reply took, in seconds. Parts overlap: sound is made while tokens are still being made.

export interface Timings {
  /** Reading the history and the first piece of the text. */
  readingSeconds: number;
  /** From then until the last speech token. */
  tokensSeconds: number;
  /** From then until the last sample: what synthesis took beyond the tokens. */
  synthesisSeconds: number;
  /** Until the first samples could be played. */
  firstAudioSeconds: number;
  /** Until the last samples could be played: the sum of reading, tokens and synthesis. */
  totalSeconds: number;
  /** `totalSeconds` by the reply's duration: below 1, speech is made faster than it is spoken. */
  realTimeFactor: number;
}

/** Seconds since a beginning. */
export function stopwatch(): () => number {
  const begin = performance.now();
  return () => (performance.now() - begin) / 1000;
}

/** When the steps of a reply were reached, in seconds since it was asked for; zero while they were not. */
export class ReplyClock {
  private readonly elapsed = stopwatch();
  private read = 0;
  private lastToken = 0;
  private firstSound = 0;
  private lastSound = 0;

  /** The history and the first text have been read. */
  markRead(): void {
    this.read ||= this.elapsed();
  }

  markToken(): void {
    this.lastToken = this.elapsed();
  }

  markSound(): void {
    this.lastSound = this.elapsed();
    this.firstSound ||= this.lastSound;
  }

  /** @param spokenSeconds how long the reply lasts */
  timings(spokenSeconds: number): Timings {
    const tokens = Math.max(this.read, this.lastToken);
    const total = Math.max(tokens, this.lastSound);
    return {
      readingSeconds: this.read,
      tokensSeconds: tokens - this.read,
      synthesisSeconds: total - tokens,
      firstAudioSeconds: this.firstSound,
      totalSeconds: total,
      realTimeFactor: spokenSeconds > 0 ? total / spokenSeconds : 0,
    };
  }
}
