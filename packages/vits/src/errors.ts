// What can go wrong between tokens and sound. A message is one line: what was wrong, where, and what to do about it.

export type VitsErrorCode =
  /** Tokens, phonemes, reference or an option that cannot be spoken. */
  | 'input'
  /** A graph file is not what voice.json says, or computes nonsense. */
  | 'graph'
  /** The voice had been disposed. */
  | 'disposed';

export class VitsError extends Error {
  override readonly name = 'VitsError';

  constructor(
    readonly code: VitsErrorCode,
    message: string,
  ) {
    super(message);
  }
}
