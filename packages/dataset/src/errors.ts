// Errors of data preparation: what was wrong, in which file and line, and what to do.
import { GptTalkerError } from '@gpt-talker/errors';

export type DatasetErrorCode =
  /** The corpus, or a line of its manifest, is not what it should be. */
  | 'manifest'
  /** Nothing usable is left. */
  | 'empty'
  /** A prepared corpus is damaged, incomplete or something else. */
  | 'prepared'
  /** The output cannot be written: no permission, no space. */
  | 'output'
  /** Options that make no sense, or a tool that is not there. */
  | 'option'
  /** Stopped by an AbortSignal. */
  | 'cancelled'
  /** The queue cannot be used, or a machine that takes from it lacks something. */
  | 'queue';

export class DatasetError extends GptTalkerError<DatasetErrorCode> {
  override readonly name = 'DatasetError';
}
