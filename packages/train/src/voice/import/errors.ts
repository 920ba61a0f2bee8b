// What can be wrong with weights that a user brings to be imported.
import { GptTalkerError } from '@gpt-talker/errors';

export type ImportErrorCode =
  /** A file is not the kind of checkpoint that is asked for. */
  | 'checkpoint'
  /** Weights of a version that is not defined here. */
  | 'version'
  /** The configuration in a checkpoint lacks something, or says something that is not known. */
  | 'config'
  /** The weights lack some that the configuration calls for. */
  | 'weights'
  /** Parts that do not belong together. */
  | 'mismatch'
  /** An option that cannot be followed. */
  | 'option';

/** Weights that cannot become a voice: one line that names the file, what is wrong with it and what to do. */
export class ImportError extends GptTalkerError<ImportErrorCode> {
  override readonly name = 'ImportError';
}
