// ConVITS as TensorFlow.js modules, for training and export. Importing this loads TensorFlow.js; to speak, import the parent entry.
export {
  checkConVitsConfig,
  hopSamplesOf,
  PUBLISHED_CONVITS,
  PUBLISHED_VERSIONS,
  type ConVitsConfig,
  type HifiganConfig,
  type IstftConfig,
  type QuantizerConfig,
  type SovitsVersion,
  type SourceFilterConfig,
} from './config';
export { ConVitsConfigError, ConVitsWeightsError } from './errors';
export { configFromUpstream } from './upstream-config';
export { sizesFromShapes, versionFromShapes, type ShapedWeights, type UpstreamVersion } from './upstream-version';
export {
  ConVits,
  FRAMES_PER_TOKEN,
  parameterGroup,
  type ConVitsOptions,
  type LatentRequest,
  type Masks,
  type PriorRequest,
  type TrainingBatch,
  type TrainingPass,
} from './convits';
export { contextTokens, decoderContextFrames, latentContextFrames } from './receptive-field';
export { CouplingFlow, type FlowConfig } from './flow';
export { HifiganDecoder } from './decoder/hifigan-decoder';
export { InverseStft } from './decoder/inverse-stft';
export { ForwardStft } from './decoder/forward-stft';
export { type StftConfig } from './decoder/fourier-basis';
export { IstftDecoder } from './decoder/istft-decoder';
export { SourceFilterDecoder } from './decoder/source-filter-decoder';
export { PitchPredictor } from './decoder/pitch-predictor';
export { type Decoder } from './decoder/decoder';
export { PhonemeAttention, type AttendedPhonemes, type PhonemeAttentionConfig } from './cross-attention';
export { PosteriorEncoder, type PosteriorEncoderConfig } from './posterior-encoder';
export { PriorEncoder, type Gaussian, type Prior, type PriorInputs } from './prior-encoder';
export { Quantizer, type Quantized } from './quantizer';
export { startCodebook, updateCodebook, type CodebookState, type CodebookUpdateOptions } from './codebook-training';
export { RelativeEncoder, type RelativeEncoderConfig } from './relative-encoder';
export { SpeakerStyle, type SpeakerStyleConfig } from './speaker-style';
export { StyleEncoder, type StyleEncoderConfig } from './style-encoder';
export { WaveNet, type WaveNetConfig } from './wavenet';
export {
  Discriminators,
  PUBLISHED_DISCRIMINATORS,
  PUBLISHED_PRO_DISCRIMINATORS,
  type DiscriminatorConfig,
} from './discriminator';
export { type DiscriminatorOutput } from './discriminator-output';
export { PeriodDiscriminator, PUBLISHED_PERIOD_CHANNELS, withoutPlaneAxis } from './period-discriminator';
export { PUBLISHED_SCALE_LAYERS, ScaleDiscriminator, type ScaleLayer } from './scale-discriminator';
export { l1Loss, alignmentLoss, discriminatorLoss, featureMatchingLoss, generatorLoss, klLoss } from './losses';
export { LogMelSpectrogram, Spectrogram, type MelConfig, type SpectrogramConfig } from './spectrogram';
export { MultiResolutionLoss, type MultiResolutionConfig } from './reconstruction-loss';
export { sliceSegments } from './tensors';
export { convitsGraphs, type ConvitsGraph, type ConvitsGraphs } from './graphs';
