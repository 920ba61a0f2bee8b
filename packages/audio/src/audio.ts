// The one type that sound has everywhere in the project: one channel of samples and how many of them make a second.

/** One channel of sound. */
export interface Audio {
  /** Samples in [−1, 1]. */
  samples: Float32Array;
  /** Samples per second, a positive whole number. */
  sampleRate: number;
}

/** How long `audio` lasts, in seconds. */
export function durationSeconds(audio: Audio): number {
  return audio.samples.length / audio.sampleRate;
}
