// How long each part of a reply took, in seconds; the parts of a stream overlap.

export interface Timings {
  /** Tokenizing the history and the text. */
  readingSeconds: number;
  /** From then until the last speech token. */
  tokensSeconds: number;
  /** From the first synthesis until the last sample. */
  synthesisSeconds: number;
  /** Until the first samples could be played. */
  firstAudioSeconds: number;
  totalSeconds: number;
  /** `totalSeconds` by the reply's duration: below 1, speech is made faster than it is spoken. */
  realTimeFactor: number;
}

/** Seconds since a beginning. */
export function stopwatch(): () => number {
  const begin = performance.now();
  return () => (performance.now() - begin) / 1000;
}
