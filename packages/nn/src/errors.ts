// What can go wrong with a model's parameters.

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
export class ParameterError extends Error {
  override readonly name = 'ParameterError';

  constructor(
    readonly code: ParameterErrorCode,
    message: string,
  ) {
    super(message);
  }
}
