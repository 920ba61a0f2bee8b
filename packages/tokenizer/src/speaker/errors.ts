// What can be wrong with a speaker encoder that a user brings, or with the speech that it is given.
import { GptTalkerError } from '@gpt-talker/errors';

export type SpeakerEncoderErrorCode =
  /** The weights are not those of an ERes2NetV2. */
  | 'weights'
  /** A graph that is not a speaker encoder. */
  | 'graph'
  /** Speech that cannot be encoded: too short, or not finite. */
  | 'bad-audio';

/** A message is one line: what was wrong, where, and what to do. */
export class SpeakerEncoderError extends GptTalkerError<SpeakerEncoderErrorCode> {
  override readonly name = 'SpeakerEncoderError';
}
