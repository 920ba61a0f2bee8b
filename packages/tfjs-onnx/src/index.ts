export { compile, type CompiledFunction, type CompileOptions } from './compile';
export { createSession, type CreateSessionOptions, type OnnxRuntime } from './create-session';
export { TraceError, type TraceErrorCode } from './errors';
export { type AttentionOptions, multiHeadAttention } from './fused/attention';
export {
  headAttention,
  type HeadAttentionInputs,
  headAttentionTogether,
  type SequencePast,
} from './fused/head-attention';
export { scaledDotProductAttention } from './fused/attention-composed';
export {
  conv1d,
  type Conv1dOptions,
  conv2d,
  type Conv2dOptions,
  convTranspose1d,
  type ConvTranspose1dOptions,
  type Padding,
} from './fused/conv';
export { defineFusedOp, type FusedInputs, type FusedOp, type FusedOpDefinition } from './fused/define-fused-op';
export { registerGradients } from './gradients/index';
export { layerNormalization } from './fused/layer-normalization';
export {
  type Attribute,
  type Attributes,
  type ElementData,
  type ElementType,
  type Graph,
  type GraphPort,
  type Node,
  type Value,
} from './graph';
export { bool, float32, fromTensor, type HostTensor, int32 } from './host-tensor';
export { dropout, randomNormal, randomUniform } from './fused/random';
export { SessionCache, type SessionCacheOptions } from './session-cache';
export { type InputSpec } from './symbolic-shapes/recording';
export { type LengthOptions } from './symbolic-shapes/sizes';
export { type OtherFile } from './onnx/constants-elsewhere';
export { exportOnnx, type ExportOptions, writeOnnx } from './onnx/export';
export { type QuantizeOptions } from './onnx/quantize';
export { GraphBuilder, type NodeOptions, type OutputSpec, type Target } from './graph-builder';
export { isTracing } from './register';
export { trace, type TracedFunction, type TraceOptions } from './trace';
