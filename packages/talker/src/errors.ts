// The error of this package. A message is one line: what was wrong, where, and what to do about it.
import { GptTalkerError } from '@gpt-talker/errors';

export type TalkerErrorCode =
  /** The voice needs something that this program does not have: an encoder, text features, a symbol. */
  | 'unsupported'
  /** The voice does not speak the language. */
  | 'language'
  /** Nothing gives the reply its timbre: neither the dialogue nor the voice has speech of the agent. */
  | 'reference'
  /** The model ended the reply before it began. */
  | 'silent'
  /** A kept conversation that is damaged, or was made with another voice. */
  | 'state'
  /** An option outside its range. */
  | 'option'
  /** The talker had been disposed. */
  | 'disposed';

/** Anything that goes wrong between a voice, a dialogue and a reply, and is not another package's. */
export class TalkerError extends GptTalkerError<TalkerErrorCode> {
  override readonly name = 'TalkerError';
}
