// The public convolutions: options as in PyTorch, defaults filled in, shapes checked.
import type * as tf from '@tensorflow/tfjs-core';

import { TraceError } from '../errors';
import { convolution, transposedConvolution } from './convolution';
import { type ConvolutionAttributes } from './convolution-attributes';

/** Zeros on both sides, or [before, after]. */
export type Padding = number | readonly [number, number];

export interface Conv1dOptions {
  readonly bias?: tf.Tensor;
  readonly stride?: number;
  readonly padding?: Padding;
  readonly dilation?: number;
  readonly groups?: number;
}

export interface ConvTranspose1dOptions extends Conv1dOptions {
  /** Extra samples at the end. Default 0. */
  readonly outputPadding?: number;
}

export interface Conv2dOptions {
  readonly bias?: tf.Tensor;
  readonly stride?: number | readonly [number, number];
  /** The same on both axes, or one amount for the height and one for the width. */
  readonly padding?: number | readonly [Padding, Padding];
  readonly dilation?: number | readonly [number, number];
  readonly groups?: number;
}

const bothSides = (padding: Padding): readonly [number, number] =>
  typeof padding === 'number' ? [padding, padding] : padding;

const bothAxes = <T>(option: T | readonly [T, T]): readonly [T, T] =>
  Array.isArray(option) ? (option as readonly [T, T]) : [option as T, option as T];

function attributes1d({ stride = 1, padding = 0, dilation = 1, groups = 1 }: Conv1dOptions): ConvolutionAttributes {
  return { strides: [stride], dilations: [dilation], pads: [bothSides(padding)], groups };
}

function check(op: string, x: tf.Tensor, w: tf.Tensor, rank: number, inputChannels: number): void {
  if (x.rank === rank && w.rank === rank && x.shape[1] === inputChannels) return;
  throw new TraceError(
    'invalid-argument',
    `${op}: an input of shape [${x.shape}] does not fit a kernel of shape [${w.shape}]`,
  );
}

/** x [B, C, T], w [out, in/groups, kernel], bias [out] → [B, out, T′], as PyTorch's conv1d. */
export function conv1d(x: tf.Tensor, w: tf.Tensor, options: Conv1dOptions = {}): tf.Tensor {
  check('conv1d', x, w, 3, w.shape[1]! * (options.groups ?? 1));
  return convolution({ x, w, bias: options.bias }, attributes1d(options));
}

/** x [B, C, T], w [in, out/groups, kernel], bias [out] → [B, out, T′], as PyTorch's conv_transpose1d. */
export function convTranspose1d(x: tf.Tensor, w: tf.Tensor, options: ConvTranspose1dOptions = {}): tf.Tensor {
  check('convTranspose1d', x, w, 3, w.shape[0]);
  return transposedConvolution(
    { x, w, bias: options.bias },
    { ...attributes1d(options), outputPads: [options.outputPadding ?? 0] },
  );
}

/** x [B, C, H, W], w [out, in/groups, kh, kw], bias [out] → [B, out, H′, W′], as PyTorch's conv2d. */
export function conv2d(x: tf.Tensor, w: tf.Tensor, options: Conv2dOptions = {}): tf.Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  check('conv2d', x, w, 4, w.shape[1]! * groups);
  const pads = bothAxes<Padding>(padding as Padding).map(bothSides);
  return convolution(
    { x, w, bias: options.bias },
    { strides: bothAxes(stride), dilations: bothAxes(dilation), pads, groups },
  );
}
