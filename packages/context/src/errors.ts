// The error of this package. A message is one line: what was wrong, in which turn, and what to do about it.
import { GptTalkerError } from '@gpt-talker/errors';

export type DialogueErrorCode =
  /** The dialogue file is missing or cannot be read. */
  | 'file'
  /** It is not JSON. */
  | 'json'
  /** It is JSON, but not a dialogue: a field is missing, of the wrong type, or empty. */
  | 'shape'
  /** A turn could not be made into phonemes or tokens; `cause` says why. */
  | 'turn'
  /** The history and the reply's text take more positions than the voice holds. */
  | 'too-long';

/** A dialogue that cannot be used. */
export class DialogueError extends GptTalkerError<DialogueErrorCode> {
  override readonly name = 'DialogueError';
}
