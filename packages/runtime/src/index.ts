// @gpt-talker/runtime: onnxruntime sessions in a worker thread, and row caches.
export { RuntimeError, type RuntimeErrorCode } from './errors';
export {
  elementCount,
  float32,
  int32,
  int64,
  type HostTensor,
  type TensorData,
  type TensorType,
  type ValueInfo,
} from './tensors';
export type {
  CacheOptions,
  CachePair,
  ComputeInfo,
  ExecutionProvider,
  HostOptions,
  KvCache,
  RunOptions,
  RuntimeKind,
  Session,
  SessionOptions,
} from './session-types';
export { fedRows } from './session-types';
export { SessionHost } from './session-host';
export { openLocalSession, type LocalRunOptions, type LocalSession } from './local-session';
export { Resting } from './resting';
export { requireInstalled } from './require-installed';
