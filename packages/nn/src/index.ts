// Building blocks of the models: parameters by name, layers with PyTorch's layouts, and noise as an input.
export { ParameterError, type ParameterErrorCode } from './errors';
export {
  biasUniform,
  constant,
  elementCount,
  fans,
  kaimingUniform,
  normal,
  ones,
  uniform,
  xavierUniform,
  zeros,
  type Initializer,
} from './initializers';
export {
  Conv1d,
  Conv2d,
  ConvTranspose1d,
  type Conv1dOptions,
  type Conv2dOptions,
  type ConvTranspose1dOptions,
  type ConvolutionLayerOptions,
} from './layers/convolution';
export { dropout } from './layers/dropout';
export { Embedding } from './layers/embedding';
export { Linear, linear, type LinearOptions } from './layers/linear';
export { ChannelLayerNorm, LayerNorm, type NormalizationOptions } from './layers/normalization';
export { NormalizedWeight, type WeightSource } from './layers/weight-norm';
export { Noise, NoiseMeter } from './noise';
export {
  ParameterStore,
  Scope,
  type DeclareOptions,
  type LoadOptions,
  type LoadResult,
  type Parameter,
} from './parameters';
export { Random, randomForName, type RandomState } from './random';
