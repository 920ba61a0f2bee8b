// Gradients of tfjs' own convolutions. Undilated ones have kernels on every backend. tfjs has no gradient of dilated ones: the recording
// backend takes dilations in the same kernels, elsewhere they are composed.
import * as tf from '@tensorflow/tfjs-core';

import { BACKEND_NAME } from '../backend-name';
import { kernelTaps, outputLengths, product } from '../fused/convolution-attributes';
import { composeTransposedConvolution, pad, sample } from '../fused/convolution-composed';
import { convolution2d, convolution3d, depthwiseConvolution, type Window } from '../kernels/window';
import { type Gradient, type GradientTable } from './gradient';

type Attributes = Readonly<Record<string, unknown>>;
type Plan = typeof convolution2d;

const run = (name: string, inputs: Record<string, tf.Tensor>, attributes: Attributes): tf.Tensor =>
  tf.engine().runKernel(name, inputs, attributes as tf.NamedAttrMap) as tf.Tensor;

const spatial = (rank: number, from: number): number[] => Array.from({ length: rank - 2 }, (_, i) => i + from);

const channelsFirst = (x: tf.Tensor, { channelsLast }: Window): tf.Tensor =>
  channelsLast ? tf.transpose(x, [0, x.rank - 1, ...spatial(x.rank, 1)]) : x;

const channelsBack = (x: tf.Tensor, { channelsLast }: Window): tf.Tensor =>
  channelsLast ? tf.transpose(x, [0, ...spatial(x.rank, 2), 1]) : x;

/** [...kernel, in, out] → [out, in, ...kernel], depthwise [in · multiplier, 1, ...kernel]. */
function kernelFirst(filter: tf.Tensor, { depthwise, kernel }: Window): tf.Tensor {
  const axes = kernel.length;
  const order = depthwise ? [axes, axes + 1] : [axes + 1, axes];
  const moved = tf.transpose(filter, [...order, ...spatial(filter.rank, 0)]);
  return depthwise ? tf.reshape(moved, [-1, 1, ...kernel]) : moved;
}

function composedInputGradient(dy: tf.Tensor, filter: tf.Tensor, window: Window): tf.Tensor {
  const { lengths, counts, strides, dilations, kernel, pads } = window;
  const outputPads = lengths.map((length, i) => {
    const reach = (counts[i] - 1) * strides[i] + dilations[i] * (kernel[i] - 1) + 1;
    return length - (reach - pads[i][0] - pads[i][1]);
  });
  const inputs = { x: channelsFirst(dy, window), w: kernelFirst(filter, window) };
  return channelsBack(composeTransposedConvolution(inputs, { ...window, outputPads }), window);
}

/** One product a tap: between the output's gradient and what the tap saw. */
function composedFilterGradient(x: tf.Tensor, dy: tf.Tensor, shape: readonly number[], window: Window): tf.Tensor {
  const { groups, kernel, strides, dilations, pads, lengths } = window;
  const [input, gradient] = [channelsFirst(x, window), channelsFirst(dy, window)];
  const [batch, channels] = input.shape;
  const out = gradient.shape[1]!;
  const counts = outputLengths(lengths, kernel, window);
  const grouped = (value: tf.Tensor, all: number): tf.Tensor =>
    tf.reshape(tf.transpose(tf.reshape(value, [batch, all, product(counts)]), [1, 0, 2]), [
      groups,
      all / groups,
      batch * product(counts),
    ]);
  const rows = grouped(gradient, out);
  const padded = pad(input, pads);
  const taps = kernelTaps(kernel).map((tap) => {
    const start = tap.map((position, axis) => position * dilations[axis]);
    const seen = grouped(sample(padded, start, counts, strides), channels);
    return tf.matMul(seen, rows, false, true); // (G, C/G, O/G)
  });
  return tf.reshape(tf.stack(taps), [...shape]);
}

const gradientOf = (plan: Plan, inputKernel: string, filterKernel: string): Gradient => ({
  save: ['x', 'filter'],
  of: (dy, [x, filter], attributes) => {
    const window = plan(x.shape, filter.shape, attributes);
    const isPlain = window.dilations.every((dilation) => dilation === 1) || tf.getBackend() === BACKEND_NAME;
    return {
      x: () =>
        isPlain
          ? run(inputKernel, { dy, filter }, { ...attributes, inputShape: x.shape })
          : composedInputGradient(dy, filter, window),
      filter: () =>
        isPlain
          ? run(filterKernel, { x, dy }, { ...attributes, filterShape: filter.shape })
          : composedFilterGradient(x, dy, filter.shape, window),
    };
  },
});

/** A transposed convolution is the gradient of a convolution, and the other way round. */
const transposedGradientOf = (forward: string, filterKernel: string): Gradient => ({
  save: ['dy', 'filter'],
  of: (ddx, [dy, filter], attributes) => ({
    dy: () => run(forward, { x: ddx, filter }, { dilations: 1, ...attributes }),
    filter: () => run(filterKernel, { x: ddx, dy }, { ...attributes, filterShape: filter.shape }),
  }),
});

export const CONVOLUTION_GRADIENTS: GradientTable = {
  Conv2D: gradientOf(convolution2d, 'Conv2DBackpropInput', 'Conv2DBackpropFilter'),
  Conv2DBackpropInput: transposedGradientOf('Conv2D', 'Conv2DBackpropFilter'),
  DepthwiseConv2dNative: gradientOf(
    depthwiseConvolution,
    'DepthwiseConv2dNativeBackpropInput',
    'DepthwiseConv2dNativeBackpropFilter',
  ),
  Conv3D: gradientOf(convolution3d, 'Conv3DBackpropInputV2', 'Conv3DBackpropFilterV2'),
  Conv3DBackpropInputV2: transposedGradientOf('Conv3D', 'Conv3DBackpropFilterV2'),
};
