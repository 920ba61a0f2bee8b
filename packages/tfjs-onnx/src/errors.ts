// Everything that can go wrong between a TensorFlow.js function and an ONNX file, as one class that callers can branch on.
import { GptTalkerError } from '@gpt-talker/errors';

export type TraceErrorCode =
  /** A tfjs kernel without a mapping to ONNX. */
  | 'unsupported-op'
  /** The traced function read the values of a tensor that has none yet. */
  | 'symbolic-read'
  /** A constant or the structure of the graph depends on a symbolic length in a way that ONNX shape arithmetic cannot follow. */
  | 'symbolic-length'
  /** The traced function does something else when it is called again, for instance draws other random numbers. */
  | 'not-repeatable'
  /** Inputs, outputs or options that make no graph. */
  | 'invalid-argument'
  /** The graph cannot be written, for instance because it is larger than a protobuf may be. */
  | 'export'
  /** TensorFlow.js is of another major version. */
  | 'peer'
  /** What was fed does not fit the graph, or onnxruntime refused to load or run it. */
  | 'runtime';

/** What {@link trace}, {@link compile} and {@link exportOnnx} throw: one line that names the op, the call site and the remedy. */
export class TraceError extends GptTalkerError<TraceErrorCode> {
  override readonly name = 'TraceError';

  // What is traced is a program: nobody who only uses it could do otherwise.
  constructor(code: TraceErrorCode, message: string, options?: ErrorOptions) {
    super(code, message, { ...options, isUserError: false });
  }
}
