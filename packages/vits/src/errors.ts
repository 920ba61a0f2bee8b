// What can go wrong between tokens and sound. A message is one line: what was wrong, where, and what to do about it.
import { GptTalkerError } from '@gpt-talker/errors';

export type VitsErrorCode =
  /** Tokens, phonemes, reference or an option that cannot be spoken. */
  | 'input'
  /** A graph file is not what voice.json says, or computes nonsense. */
  | 'graph'
  /** The voice had been disposed. */
  | 'disposed';

export class VitsError extends GptTalkerError<VitsErrorCode> {
  override readonly name = 'VitsError';
}
