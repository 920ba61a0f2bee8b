// ERes2NetV2 as a TensorFlow.js model, for reading a user's file and exporting it. Importing this loads TensorFlow.js; to embed
// speech with an exported graph, use `SpeakerEncoder` of the parent entry.
export {
  PUBLISHED_SPEAKER_ENCODER,
  configFromShapes,
  embeddingWidth,
  type SpeakerEncoderConfig,
  type StageConfig,
} from './config';
export { SpeakerEncoderError, type SpeakerEncoderErrorCode } from './errors';
export { readSpeakerEncoder, type SpeakerEncoderFile } from './file';
export { speakerEncoderGraph, type SpeakerEncoderGraph } from './graph';
export { ERes2NetV2 } from './model';
