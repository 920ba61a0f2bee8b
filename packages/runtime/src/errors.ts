// The errors of this package. A message is one line: what was wrong, where, and what to do about it.
import { GptTalkerError } from '@gpt-talker/errors';

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

/** What another file, option or installation would help. */
const USER_CODES: readonly RuntimeErrorCode[] = ['model-file', 'model-invalid', 'execution-provider', 'onnxruntime'];

/** Anything that goes wrong between a caller and a graph. */
export class RuntimeError extends GptTalkerError<RuntimeErrorCode> {
  override readonly name = 'RuntimeError';

  constructor(code: RuntimeErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, { ...options, isUserError: USER_CODES.includes(code) });
  }
}
