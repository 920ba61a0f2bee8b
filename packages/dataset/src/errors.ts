// Errors of data preparation: what was wrong, in which file and line, and what to do.

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

export class DatasetError extends Error {
  constructor(
    readonly code: DatasetErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message.replace(/\s*[\r\n]+\s*/g, ' '), options);
    this.name = 'DatasetError';
  }
}
