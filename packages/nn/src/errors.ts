// What can go wrong with a model's parameters.
import { GptTalkerError } from '@gpt-talker/errors';

export type ParameterErrorCode =
  | 'duplicate-name'
  | 'unknown-name'
  | 'name-mismatch'
  | 'shape-mismatch'
  | 'asynchronous'
  | 'no-value'
  | 'noise-exhausted'
  | 'noise-rows';

/** A parameter's name, shape or use does not fit the model. */
export class ParameterError extends GptTalkerError<ParameterErrorCode> {
  override readonly name = 'ParameterError';

  // A model and its parameters disagree: who called it is a program.
  constructor(code: ParameterErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, { ...options, isUserError: false });
  }
}
