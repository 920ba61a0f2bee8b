// The ONNX nodes of the gradient of a convolution with respect to its kernel. On one axis and a CPU: a convolution
// (long-kernel-gradient.ts). Otherwise one matrix product per kernel tap, between the output's gradient and the input as that tap saw it.
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type ConvolutionAttributes, kernelTaps, onnxPads, product } from './convolution-attributes';
import { recordLongKernelGradient } from './long-kernel-gradient';

export interface KernelGradientAttributes extends ConvolutionAttributes {
  readonly kernel: readonly number[];
}

/** The input [B, C, ...] or [C, B, ...] as one tap saw it, [.., .., ...counts]. */
type Sampler = (tap: readonly number[]) => Value;

/** x [B, C, ...], dy [B, out, ...] → [out, C/groups, ...kernel]. */
export function recordKernelGradient(
  builder: GraphBuilder,
  { x, dy }: { readonly x?: Value; readonly dy?: Value },
  attributes: KernelGradientAttributes,
): Value[] {
  const { kernel, groups } = attributes;
  const [, channels] = x!.shape;
  const [, outChannels, ...counts] = dy!.shape;
  const isDepthwise = groups === channels && groups === outChannels;
  if (!isDepthwise && kernel.length === 1 && kernel[0] > 1 && builder.target === 'cpu')
    return [recordLongKernelGradient(builder, x!, dy!, kernel[0], attributes)];
  const taps = isDepthwise
    ? depthwiseTaps(builder, x!, dy!, counts, attributes)
    : denseTaps(builder, x!, dy!, counts, attributes);
  const shape = [outChannels, channels / groups, taps.length];
  const joined = taps.length === 1 ? taps[0] : builder.node('Concat', taps, shape, x!.type, { axis: 2 });
  return [builder.reshape(joined, [outChannels, channels / groups, ...kernel])];
}

/** One channel a group: a product of single rows is a sum of products, and faster written so. */
function depthwiseTaps(
  builder: GraphBuilder,
  x: Value,
  dy: Value,
  counts: readonly number[],
  attributes: KernelGradientAttributes,
): Value[] {
  const sampler = samplerOf(builder, x, counts, attributes);
  const overPositions = [0, ...counts.map((_, axis) => axis + 2)];
  return kernelTaps(attributes.kernel).map((tap) =>
    builder.reshape(builder.reduce('ReduceSum', builder.binary('Mul', dy, sampler(tap)), overPositions, false), [
      x.shape[1],
      1,
      1,
    ]),
  );
}

/** The examples of a batch lie one behind the other along the positions: one product a tap for all of them. */
function denseTaps(
  builder: GraphBuilder,
  x: Value,
  dy: Value,
  counts: readonly number[],
  attributes: KernelGradientAttributes,
): Value[] {
  const { groups, kernel } = attributes;
  const channelsFirst = (value: Value): Value => builder.transpose(value, [1, 0, ...counts.map((_, axis) => axis + 2)]);
  const positions = x.shape[0] * product(counts);
  const grouped = (value: Value): Value => {
    const channels = value.shape[0];
    return builder.reshape(value, groups === 1 ? [channels, positions] : [groups, channels / groups, positions]);
  };
  const sampler = samplerOf(builder, channelsFirst(x), counts, attributes);
  const gradient = grouped(channelsFirst(dy));
  return kernelTaps(kernel).map((tap) =>
    builder.reshape(builder.matMul(gradient, grouped(sampler(tap)), false, true), [
      dy.shape[1],
      x.shape[1] / groups,
      1,
    ]),
  );
}

function samplerOf(
  builder: GraphBuilder,
  x: Value,
  counts: readonly number[],
  attributes: KernelGradientAttributes,
): Sampler {
  const { kernel, strides, dilations, pads } = attributes;
  const strided = strides.findIndex((stride) => stride > 1);
  const isSingle =
    strided >= 0 && kernel.every((size, axis) => axis === strided || (size === 1 && strides[axis] === 1));
  // Reading with a stride copies element by element; taps that share a phase can share that work.
  if (isSingle && kernel[strided] >= 2 * strides[strided]) return phaseSampler(builder, x, counts, attributes, strided);
  const padded = recordPad(builder, x, pads);
  return (tap) =>
    tap.reduce((value, position, axis) => {
      const start = position * dilations[axis];
      const isWhole = start === 0 && strides[axis] === 1 && value.shape[axis + 2] === counts[axis];
      return isWhole ? value : builder.slice(value, axis + 2, start, counts[axis], strides[axis]);
    }, padded);
}

/** Sorts the elements of the strided axis by their position modulo the stride, once; each tap is then a plain slice. */
function phaseSampler(
  builder: GraphBuilder,
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
    builder,
    x,
    pads.map(([before, after], i) => (i === spatial ? [before, Math.max(0, missing)] : [before, after])),
  );
  const whole = missing < 0 ? builder.slice(filled, axis, 0, rows * stride) : filled;
  const split = builder.reshape(
    whole,
    whole.shape.flatMap((size, i) => (i === axis ? [rows, stride] : [size])),
  );
  const others = split.shape.map((_, i) => i).filter((i) => i !== axis + 1);
  const sorted = builder.transpose(split, [axis + 1, ...others]); // (stride, B, C, ..., rows, ...)
  const phases = Array.from({ length: stride }, (_, phase) =>
    builder.reshape(builder.slice(sorted, 0, phase, 1), sorted.shape.slice(1)),
  );
  return (tap) => {
    const offset = tap[spatial] * dilation;
    return builder.slice(phases[offset % stride], axis, Math.floor(offset / stride), count);
  };
}

function recordPad(builder: GraphBuilder, x: Value, pads: readonly (readonly [number, number])[]): Value {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  const all: (readonly [number, number])[] = [[0, 0], [0, 0], ...pads];
  const shape = x.shape.map((size, axis) => size + all[axis][0] + all[axis][1]);
  return builder.node('Pad', [x, builder.integers(onnxPads(all)), builder.scalar(0, x.type)], shape, x.type, {
    mode: 'constant',
  });
}
