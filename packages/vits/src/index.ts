// ConVITS for speaking: needs a voice's exported graphs, loads no TensorFlow.js. The model's definition is in ./model.
export { VitsError, type VitsErrorCode } from './errors';
export { FeatureQuantizer } from './feature-quantizer';
export { harmonicSource, type HarmonicSource, type PhaseAnchor, type SourceOptions } from './harmonic-source';
export { type StreamSizeOptions } from './stream-sizes';
export { meanStyle, type Style } from './style';
export {
  Vits,
  tokensOfFirstSound,
  type SpeechOptions,
  type SpokenChunk,
  type StreamOptions,
  type StyleOptions,
  type SynthesizeOptions,
} from './vits';
