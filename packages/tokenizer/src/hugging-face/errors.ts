// What can be wrong with a model folder that a user brings.
import { GptTalkerError } from '@gpt-talker/errors';

export type ModelFolderErrorCode =
  /** The folder, or a file that it needs, is not there. */
  | 'missing'
  /** A file is there but is not what its name says. */
  | 'damaged'
  /** A kind of model, or a variety of it, that is not defined here. */
  | 'unsupported'
  /** The weights lack some that the configuration calls for. */
  | 'weights';

/** A Hugging Face folder that cannot be used: the message begins with its path. */
export class ModelFolderError extends GptTalkerError<ModelFolderErrorCode> {
  override readonly name = 'ModelFolderError';
}
