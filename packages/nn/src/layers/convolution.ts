// Convolutions over [B, C, T] and [B, C, H, W] with PyTorch's weight layouts and defaults, optionally with weight normalisation.
import type * as tf from '@tensorflow/tfjs-core';
import { biasUniform, kaimingUniform, type Initializer } from '../initializers';
import { conv1d, conv2d, convTranspose1d } from '@gpt-talker/tfjs-onnx';
import { type Parameter, type Scope } from '../parameters';
import { NormalizedWeight, type WeightSource } from './weight-norm';

export interface ConvolutionLayerOptions {
  bias?: boolean;
  /** Split the weight into `weight_g` and `weight_v`. */
  weightNorm?: boolean;
  /** The weight's axis that keeps a length of its own under weight normalisation (0). */
  weightNormAxis?: number;
  weightInitializer?: Initializer;
  biasInitializer?: Initializer;
}

export interface Conv1dOptions extends ConvolutionLayerOptions {
  stride?: number;
  /** Zeros on both sides, on each side, or as many as keep the length at stride 1 ('same', for odd kernels). */
  padding?: number | [number, number] | 'same';
  dilation?: number;
  groups?: number;
}

export interface ConvTranspose1dOptions extends ConvolutionLayerOptions {
  stride?: number;
  padding?: number;
  outputPadding?: number;
}

export interface Conv2dOptions extends ConvolutionLayerOptions {
  /** [vertical, horizontal] */
  stride?: [number, number];
  padding?: [number, number];
}

/** Parameters: `weight` [out, in / groups, kernel] (or `weight_g`, `weight_v`), `bias` [out]. */
export class Conv1d {
  readonly weight: WeightSource;
  readonly bias: Parameter | undefined;
  readonly #options: { stride: number; padding: number | [number, number]; dilation: number; groups: number };

  constructor(
    scope: Scope,
    inputChannels: number,
    outputChannels: number,
    kernel: number,
    options: Conv1dOptions = {},
  ) {
    const { stride = 1, dilation = 1, groups = 1, padding = 0 } = options;
    const same = ((kernel - 1) * dilation) / 2;
    this.#options = { stride, dilation, groups, padding: padding === 'same' ? same : padding };
    const shape = [outputChannels, inputChannels / groups, kernel];
    ({ weight: this.weight, bias: this.bias } = declareWeights(scope, shape, outputChannels, options));
  }

  /** [B, in, T] → [B, out, T′] */
  forward(x: tf.Tensor): tf.Tensor {
    return conv1d(x, this.weight.value, { ...this.#options, bias: this.bias?.value });
  }
}

/** Parameters: `weight` [in, out, kernel] (or `weight_g` [in, 1, 1], `weight_v`), `bias` [out]. */
export class ConvTranspose1d {
  readonly weight: WeightSource;
  readonly bias: Parameter | undefined;
  readonly #options: { stride: number; padding: number; outputPadding: number };

  constructor(
    scope: Scope,
    inputChannels: number,
    outputChannels: number,
    kernel: number,
    options: ConvTranspose1dOptions = {},
  ) {
    const { stride = 1, padding = 0, outputPadding = 0 } = options;
    this.#options = { stride, padding, outputPadding };
    const shape = [inputChannels, outputChannels, kernel];
    ({ weight: this.weight, bias: this.bias } = declareWeights(scope, shape, outputChannels, options));
  }

  /** [B, in, T] → [B, out, (T − 1) · stride − 2 · padding + kernel + outputPadding] */
  forward(x: tf.Tensor): tf.Tensor {
    return convTranspose1d(x, this.weight.value, { ...this.#options, bias: this.bias?.value });
  }
}

/** Parameters: `weight` [out, in, height, width] (or `weight_g`, `weight_v`), `bias` [out]. */
export class Conv2d {
  readonly weight: WeightSource;
  readonly bias: Parameter | undefined;
  readonly #options: { stride: [number, number]; padding: [number, number] };

  constructor(
    scope: Scope,
    inputChannels: number,
    outputChannels: number,
    kernel: [number, number],
    options: Conv2dOptions = {},
  ) {
    this.#options = { stride: options.stride ?? [1, 1], padding: options.padding ?? [0, 0] };
    const shape = [outputChannels, inputChannels, ...kernel];
    ({ weight: this.weight, bias: this.bias } = declareWeights(scope, shape, outputChannels, options));
  }

  /** [B, in, H, W] → [B, out, H′, W′] */
  forward(x: tf.Tensor): tf.Tensor {
    return conv2d(x, this.weight.value, { ...this.#options, bias: this.bias?.value });
  }
}

function declareWeights(
  scope: Scope,
  shape: readonly number[],
  outputChannels: number,
  options: ConvolutionLayerOptions,
) {
  const initializer = options.weightInitializer ?? kaimingUniform();
  const weight: WeightSource = options.weightNorm
    ? new NormalizedWeight(scope, shape, initializer, options.weightNormAxis)
    : scope.declare('weight', shape, initializer);
  const hasBias = options.bias ?? true;
  const bias = hasBias
    ? scope.declare('bias', [outputChannels], options.biasInitializer ?? biasUniform(shape))
    : undefined;
  return { weight, bias };
}
