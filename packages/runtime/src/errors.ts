// The errors of this package. A message is one line: what was wrong, where, and what to do about it.

export type RuntimeErrorCode =
  /** The model's file is missing or cannot be read. */
  | 'model-file'
  /** The bytes are no graph that onnxruntime can load. */
  | 'model-invalid'
  /** A feed or fetch does not fit the graph: unknown or missing name, wrong type or shape. */
  | 'feeds'
  /** onnxruntime failed while it ran the graph. */
  | 'run'
  /** A row cache was misused: full, of another session, or with names that the graph lacks. */
  | 'cache'
  /** The execution provider is not available on this machine. */
  | 'execution-provider'
  /** The host, session or cache had been disposed. */
  | 'disposed'
  /** onnxruntime is not installed, or its library does not load on this machine. */
  | 'onnxruntime'
  /** The worker thread ended unexpectedly. */
  | 'worker';

/** Anything that goes wrong between a caller and a graph. */
export class RuntimeError extends Error {
  override readonly name = 'RuntimeError';

  constructor(
    readonly code: RuntimeErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
