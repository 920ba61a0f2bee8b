// Errors of data preparation: what was wrong, in which file and line, and what to do.

export type DatasetErrorCode = 'manifest' | 'empty' | 'prepared';

export class DatasetError extends Error {
  constructor(
    readonly code: DatasetErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'DatasetError';
  }
}
