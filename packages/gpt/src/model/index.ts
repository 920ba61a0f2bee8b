// The ConGPT model in TensorFlow.js: definition, training batches, loss, and the graph that is exported for generation.
export {
  configFromUpstream,
  congptConfig,
  publishedConfig,
  type ConGptConfig,
  type UpstreamModelConfig,
} from './config';
export { ConGpt, type ConGptInputs, type ConGptStep, type TokenInputs } from './congpt';
export { gptGraph, gptTogetherGraph, type GptGraph } from './graph';
export { type KeyValue } from './layer';
export { maskedCrossEntropy, type CrossEntropy } from './loss';
export { sinePositions } from './positions';
export { packRows, packSequences, type PackOptions, type PackedBatch, type RowOptions } from './batch';
