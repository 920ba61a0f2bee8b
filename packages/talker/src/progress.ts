// What a talker is doing, for those who wait for it.

export type Progress =
  /** Fetching the voice's files, in a page. */
  | { stage: 'fetching'; loadedBytes: number; totalBytes: number }
  /** Reading the voice's graphs and checking them. */
  | { stage: 'loading'; done: number; total: number }
  /** Turning the history into phonemes and tokens, turn by turn. */
  | { stage: 'reading'; done: number; total: number }
  /** Making the reply's speech tokens; how many seconds of speech there are so far. */
  | { stage: 'speaking'; seconds: number }
  /** Turning tokens into samples. */
  | { stage: 'synthesising'; seconds: number };

export type ProgressListener = (progress: Progress) => void;
