// @gpt-talker/gpt: generation of a reply's speech tokens from an exported graph. Nothing here loads TensorFlow.js; the model
// itself is at @gpt-talker/gpt/model.
export { GptContext, type GenerateOptions } from './context';
export { ContextLengthError, GptError, type GptErrorCode } from './errors';
export { Generation, type StopReason } from './generation';
export { Gpt, type GptOptions } from './gpt';
export { seededRandom, type Random } from './random';
export { checkSampling, nextTokenDistribution, sampleToken, type Distribution, type SamplingOptions } from './sampler';
export { type SharedStep } from './token-steps';
export { type GptVoice } from './voice';
export { TokenAligner, findFaults, phonemeModel, readEmissions, writeEmissions } from './align';
export type {
  AlignedPhoneme,
  FaultKind,
  FaultReport,
  PhonemeModel,
  SpeechFault,
  TokenEmissions,
  WordRange,
} from './align';
