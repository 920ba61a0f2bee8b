// The gradient of a convolution with respect to its kernel: one matrix product per kernel tap, between the output's gradient
// and the input as that tap saw it. onnxruntime's own Conv, with the gradient as a very long kernel, is several times slower.
import * as tf from '@tensorflow/tfjs-core';

import { type Value } from '../graph';
import { type Recorder } from '../recorder';
import { type ConvolutionAttributes, kernelTaps, onnxPads, product } from './convolution-attributes';
import { composeConvolution } from './convolution-composed';
import { defineFusedOp } from './define-fused-op';

interface KernelGradientAttributes extends ConvolutionAttributes {
  readonly kernel: readonly number[];
}

/** The input as one tap saw it, [B, C, ...counts]. */
type Sampler = (tap: readonly number[]) => Value;

/** x [B, C, ...], dy [B, out, ...] → [out, C/groups, ...kernel]. */
export const kernelGradient = defineFusedOp<{ x: tf.Tensor; dy: tf.Tensor }, KernelGradientAttributes>({
  name: 'ConvolutionKernelGradient',
  compose: ({ x, dy }, { kernel, ...attributes }) => {
    const shape = [dy.shape[1]!, x.shape[1]! / attributes.groups, ...kernel];
    return tf.grad((w) => composeConvolution({ x, w }, attributes))(tf.zeros(shape), dy);
  },
  record(recorder, { x, dy }, attributes) {
    const { kernel, groups } = attributes;
    const [batch, channels] = x!.shape;
    const [, outChannels, ...counts] = dy!.shape;
    const sampler = samplerOf(recorder, x!, counts, attributes);
    const isDepthwise = groups === channels && groups === outChannels;
    const grouped = (value: Value): Value =>
      recorder.reshape(value, [batch, groups, value.shape[1] / groups, product(counts)]);
    const gradient = isDepthwise ? dy! : grouped(dy!);
    const overPositions = [0, ...counts.map((_, axis) => axis + 2)];
    const taps = kernelTaps(kernel).map((tap) => {
      // One channel a group: a product of single rows is a sum of products, and faster written so.
      const sum = isDepthwise
        ? recorder.reduce('ReduceSum', recorder.binary('Mul', gradient, sampler(tap)), overPositions, false)
        : recorder.reduce('ReduceSum', recorder.matMul(gradient, grouped(sampler(tap)), false, true), [0], false);
      return recorder.reshape(sum, [outChannels, channels / groups, 1]);
    });
    const shape = [outChannels, channels / groups, taps.length];
    const joined = taps.length === 1 ? taps[0] : recorder.node('Concat', taps, shape, x!.type, { axis: 2 });
    return [recorder.reshape(joined, [outChannels, channels / groups, ...kernel])];
  },
});

function samplerOf(
  recorder: Recorder,
  x: Value,
  counts: readonly number[],
  attributes: KernelGradientAttributes,
): Sampler {
  const { kernel, strides, dilations, pads } = attributes;
  const strided = strides.findIndex((stride) => stride > 1);
  const isSingle =
    strided >= 0 && kernel.every((size, axis) => axis === strided || (size === 1 && strides[axis] === 1));
  // Reading with a stride copies element by element; taps that share a phase can share that work.
  if (isSingle && kernel[strided] >= 2 * strides[strided])
    return phaseSampler(recorder, x, counts, attributes, strided);
  const padded = recordPad(recorder, x, pads);
  return (tap) =>
    tap.reduce((value, position, axis) => {
      const start = position * dilations[axis];
      const isWhole = start === 0 && strides[axis] === 1 && value.shape[axis + 2] === counts[axis];
      return isWhole ? value : recorder.slice(value, axis + 2, start, counts[axis], strides[axis]);
    }, padded);
}

/** Sorts the elements of the strided axis by their position modulo the stride, once; each tap is then a plain slice. */
function phaseSampler(
  recorder: Recorder,
  x: Value,
  counts: readonly number[],
  { kernel, strides, dilations, pads }: KernelGradientAttributes,
  spatial: number,
): Sampler {
  const axis = spatial + 2;
  const [stride, dilation, count] = [strides[spatial], dilations[spatial], counts[spatial]];
  const rows = count + Math.floor(((kernel[spatial] - 1) * dilation) / stride);
  const missing = rows * stride - x.shape[axis] - pads[spatial][0];
  const filled = recordPad(
    recorder,
    x,
    pads.map(([before, after], i) => (i === spatial ? [before, Math.max(0, missing)] : [before, after])),
  );
  const whole = missing < 0 ? recorder.slice(filled, axis, 0, rows * stride) : filled;
  const split = recorder.reshape(
    whole,
    whole.shape.flatMap((size, i) => (i === axis ? [rows, stride] : [size])),
  );
  const others = split.shape.map((_, i) => i).filter((i) => i !== axis + 1);
  const sorted = recorder.transpose(split, [axis + 1, ...others]); // (stride, B, C, ..., rows, ...)
  const phases = Array.from({ length: stride }, (_, phase) =>
    recorder.reshape(recorder.slice(sorted, 0, phase, 1), sorted.shape.slice(1)),
  );
  return (tap) => {
    const offset = tap[spatial] * dilation;
    return recorder.slice(phases[offset % stride], axis, Math.floor(offset / stride), count);
  };
}

function recordPad(recorder: Recorder, x: Value, pads: readonly (readonly [number, number])[]): Value {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  const all: (readonly [number, number])[] = [[0, 0], [0, 0], ...pads];
  const shape = x.shape.map((size, axis) => size + all[axis][0] + all[axis][1]);
  return recorder.node('Pad', [x, recorder.integers(onnxPads(all)), recorder.scalar(0, x.type)], shape, x.type, {
    mode: 'constant',
  });
}
