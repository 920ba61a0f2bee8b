// @gpt-talker/runtime: onnxruntime sessions in a worker thread, row caches, and voice folders.
export { RuntimeError, VoiceFileError, type RuntimeErrorCode, type VoiceFileErrorCode } from './errors';
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
  ExecutionProvider,
  RowCache,
  RunOptions,
  Session,
  SessionOptions,
} from './session-types';
export { SessionHost } from './session-host';
export { openLocalSession, type LocalRunOptions, type LocalSession } from './local-session';
export { VOICE_FORMAT, VOICE_VERSION, voiceManifestSchema, type VoiceFile, type VoiceManifest } from './voice-manifest';
export { MANIFEST_FILE, openVoice, parseManifest, type Voice } from './open-voice';
