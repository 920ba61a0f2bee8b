// What tfjs' windowed kernels (convolutions, pooling) have in common: their attributes as ONNX wants them, and the way between
// tfjs' layouts (channels last, kernels [...kernel, in, out]) and ONNX's (channels first, kernels [out, in, ...kernel]).
import * as tf from '@tensorflow/tfjs-core';

import { type ConvolutionAttributes } from '../fused/convolution-attributes';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';

type Attributes = Readonly<Record<string, unknown>>;

export interface Window extends ConvolutionAttributes {
  readonly kernel: readonly number[];
  /** Lengths of the input and of the output, without batch and channels. */
  readonly lengths: readonly number[];
  readonly counts: readonly number[];
  readonly channelsLast: boolean;
  /** Kernels of depthwise convolutions are [...kernel, in, multiplier]. */
  readonly depthwise: boolean;
}

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>;
type Info3D = ReturnType<typeof tf.backend_util.computeConv3DInfo>;

/** Zeros after the last element are as many as the last window needs: tfjs may round lengths up. */
function windowOf(info: Info | Info3D, groups: number, depthwise: boolean): Window {
  const axes = 'inDepth' in info ? (['Depth', 'Height', 'Width'] as const) : (['Height', 'Width'] as const);
  const each = (prefix: string): number[] =>
    axes.map((axis) => (info as unknown as Readonly<Record<string, number>>)[`${prefix}${axis}`]);
  const first = { Depth: 'front', Height: 'top', Width: 'left' } as const;
  const [strides, dilations, kernel, spans] = ['stride', 'dilation', 'filter', 'effectiveFilter'].map(each);
  const [lengths, counts] = ['in', 'out'].map(each);
  const pads = axes.map((axis, i) => {
    const before = (info.padInfo as unknown as Readonly<Record<string, number>>)[first[axis]];
    return [before, Math.max(0, (counts[i] - 1) * strides[i] + spans[i] - lengths[i] - before)] as const;
  });
  const channelsLast = info.dataFormat === 'channelsLast';
  return { strides, dilations, kernel, lengths, counts, pads, groups, channelsLast, depthwise };
}

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];
type Padding = 'same' | 'valid' | number;

export function convolution2d(x: readonly number[], filter: readonly number[], attributes: Attributes): Window {
  const { strides, pad, dimRoundingMode, dilations = 1, dataFormat = 'NHWC' } = attributes;
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat as 'NHWC');
  const [input, kernel] = [x as unknown as Shape4D, filter as unknown as Shape4D];
  const info = tf.backend_util.computeConv2DInfo(
    input,
    kernel,
    strides as number,
    dilations as number,
    pad as Padding,
    dimRoundingMode as 'floor' | undefined,
    false,
    format,
  );
  return windowOf(info, 1, false);
}

export function depthwiseConvolution(x: readonly number[], filter: readonly number[], attributes: Attributes): Window {
  const { strides, pad, dimRoundingMode, dilations } = attributes;
  const info = tf.backend_util.computeConv2DInfo(
    x as unknown as Shape4D,
    filter as unknown as Shape4D,
    strides as number,
    (dilations ?? 1) as number,
    pad as Padding,
    dimRoundingMode as 'floor' | undefined,
    true,
  );
  return windowOf(info, info.inChannels, true);
}

export function convolution3d(x: readonly number[], filter: readonly number[], attributes: Attributes): Window {
  const { strides, pad, dilations } = attributes;
  const info = tf.backend_util.computeConv3DInfo(
    x as unknown as Shape5D,
    filter as unknown as Shape5D,
    strides as number,
    (dilations ?? 1) as number,
    pad as Padding,
  );
  return windowOf(info, 1, false);
}

/** Pooling over two axes of [B, H, W, C] or three of [B, D, H, W, C]. */
export function pooling(x: readonly number[], attributes: Attributes): Window {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  const rounding = dimRoundingMode as 'floor' | undefined;
  const info =
    x.length === 5
      ? tf.backend_util.computePool3DInfo(
          x as unknown as Shape5D,
          filterSize as number,
          strides as number,
          1,
          pad as Padding,
          rounding,
        )
      : tf.backend_util.computePool2DInfo(
          x as unknown as Shape4D,
          filterSize as number,
          strides as number,
          1,
          pad as Padding,
          rounding,
        );
  return windowOf(info, info.inChannels, true);
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** [B, ..., C] → [B, C, ...]. */
export function channelsFirst(builder: GraphBuilder, x: Value, { channelsLast }: { channelsLast: boolean }): Value {
  const rank = x.shape.length;
  return channelsLast ? builder.transpose(x, [0, rank - 1, ...range(1, rank - 1)]) : x;
}

/** [B, C, ...] → [B, ..., C]. */
export function channelsBack(builder: GraphBuilder, x: Value, { channelsLast }: { channelsLast: boolean }): Value {
  return channelsLast ? builder.transpose(x, [0, ...range(2, x.shape.length), 1]) : x;
}

/** [...kernel, in, out] → [out, in, ...kernel]; depthwise [...kernel, in, multiplier] → [in · multiplier, 1, ...kernel]. */
export function kernelFirst(builder: GraphBuilder, filter: Value, { depthwise }: Window): Value {
  const axes = filter.shape.length - 2;
  if (!depthwise) return builder.transpose(filter, [axes + 1, axes, ...range(0, axes)]);
  const [channels, multiplier] = filter.shape.slice(axes);
  const moved = builder.transpose(filter, [axes, axes + 1, ...range(0, axes)]);
  return builder.reshape(moved, [channels * multiplier, 1, ...filter.shape.slice(0, axes)]);
}

/** The way back from {@link kernelFirst}. */
export function kernelBack(builder: GraphBuilder, w: Value, shape: readonly number[], { depthwise }: Window): Value {
  const axes = shape.length - 2;
  if (!depthwise) return builder.transpose(w, [...range(2, axes + 2), 1, 0]);
  const apart = builder.reshape(w, [...shape.slice(axes), ...shape.slice(0, axes)]);
  return builder.transpose(apart, [...range(2, axes + 2), 0, 1]);
}
