// What telling speakers apart needs of ERes2NetV2: no TensorFlow.js here.
export { SpeakerEncoder, speakerSimilarity, type SpeakerEncoderOptions } from './encoder';
export { SpeakerEncoderError, type SpeakerEncoderErrorCode } from './errors';
