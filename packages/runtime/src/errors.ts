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
  | 'altered';

/** A voice folder that cannot be used. */
export class VoiceFileError extends Error {
  override readonly name = 'VoiceFileError';

  constructor(
    readonly code: VoiceFileErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
