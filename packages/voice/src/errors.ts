// What can be wrong with a voice's files. A message is one line: what was wrong, where, and what to do about it.
import { GptTalkerError } from '@gpt-talker/errors';

export type VoiceFileErrorCode =
  /** The folder, voice.json or a file that it lists is not there. */
  | 'missing'
  /** A file is there but cannot be read. */
  | 'unreadable'
  /** voice.json is not JSON, too large, or lacks or misstates a field. */
  | 'manifest'
  /** voice.json is of a format version that this program does not know. */
  | 'version'
  /** A listed path leaves the voice's folder. */
  | 'path'
  /** A file differs from what voice.json says: size or SHA-256. */
  | 'altered'
  /** A graph has other inputs, outputs or widths than voice.json says. */
  | 'graph';

/** A voice folder that cannot be used. */
export class VoiceFileError extends GptTalkerError<VoiceFileErrorCode> {
  override readonly name = 'VoiceFileError';
}
