// A graph as an onnxruntime session, for programs that bring their own way of running one: another package's onnxruntime (such as
// onnxruntime-web), other session options.
import type * as ort from '@gpt-talker/onnxruntime';

import { TraceError } from './errors';
import { type Graph } from './graph';
import { exportOnnx, type ExportOptions } from './onnx/export';

/** What onnxruntime-node, onnxruntime-web and onnxruntime-common have in common. */
export interface OnnxRuntime<Session> {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options?: ort.InferenceSession.SessionOptions): Promise<Session>;
  };
  /** How many threads a session gets that is not told; what the runtime says by itself where this is left out. */
  readonly defaultThreads?: () => number | undefined;
}

export interface CreateSessionOptions<Session> extends ExportOptions {
  /** Default: onnxruntime-node, as this project installs it. */
  readonly runtime?: OnnxRuntime<Session>;
  /** Handed to onnxruntime as they are. */
  readonly session?: ort.InferenceSession.SessionOptions;
}

/**
 * Loads `graph` into a session whose inputs and outputs have the graph's names.
 * @throws TraceError `runtime` where onnxruntime does not take it
 */
export async function createSession<Session = ort.InferenceSession>(
  graph: Graph,
  { runtime, session = {}, ...weights }: CreateSessionOptions<Session> = {},
): Promise<Session> {
  const bytes = exportOnnx(graph, weights);
  const { InferenceSession, defaultThreads } =
    runtime ?? ((await import('@gpt-talker/onnxruntime')) as unknown as OnnxRuntime<Session>);
  const threads = defaultThreads?.();
  try {
    return await InferenceSession.create(bytes, {
      ...(threads !== undefined && { intraOpNumThreads: threads }),
      ...session,
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new TraceError('runtime', `onnxruntime does not load the graph: ${message.replace(/\s+/g, ' ').trim()}`, {
      cause: error,
    });
  }
}
