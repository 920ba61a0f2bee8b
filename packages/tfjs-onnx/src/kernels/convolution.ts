// tfjs' own convolutions and their gradients, over two or three axes, depthwise or not, recorded as ONNX Conv and ConvTranspose
// between transpositions of the channels. `conv1d`, `conv2d` and `convTranspose1d` of this package need no transpositions.
import { recordConvolution, recordTransposedConvolution } from '../fused/record-convolution';
import { recordKernelGradient } from '../fused/record-kernel-gradient';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { activate } from './activation';
import { type Kernel, type KernelCall, type KernelTable } from './kernel';
import {
  channelsBack,
  channelsFirst,
  convolution2d,
  convolution3d,
  depthwiseConvolution,
  kernelBack,
  kernelFirst,
  type Window,
} from './window';

type Plan = typeof convolution2d;

function convolve(builder: GraphBuilder, x: Value, filter: Value, window: Window): Value {
  const [y] = recordConvolution(
    builder,
    { x: channelsFirst(builder, x, window), w: kernelFirst(builder, filter, window) },
    window,
  );
  return channelsBack(builder, y, window);
}

const forward =
  (plan: Plan): Kernel =>
  ({ builder, inputs: { x, filter }, attributes, materialize }) =>
    convolve(builder, materialize(x), materialize(filter), plan(x.shape, filter.shape, attributes));

/** The gradient for the input, which is also tfjs' transposed convolution. */
const inputGradient =
  (plan: Plan): Kernel =>
  ({ builder, inputs: { dy, filter }, attributes, materialize }) => {
    const window = plan(attributes.inputShape as number[], filter.shape, attributes);
    const { counts, strides, dilations, kernel, pads, lengths } = window;
    const outputPads = lengths.map((length, i) => {
      const reach = (counts[i] - 1) * strides[i] + dilations[i] * (kernel[i] - 1) + 1;
      return length - (reach - pads[i][0] - pads[i][1]);
    });
    const [dx] = recordTransposedConvolution(
      builder,
      { x: channelsFirst(builder, materialize(dy), window), w: kernelFirst(builder, materialize(filter), window) },
      { strides, dilations, pads, groups: window.groups, outputPads },
    );
    return channelsBack(builder, dx, window);
  };

const filterGradient =
  (plan: Plan): Kernel =>
  ({ builder, inputs: { x, dy }, attributes, materialize }) => {
    const shape = attributes.filterShape as number[];
    const window = plan(x.shape, shape, attributes);
    const [dw] = recordKernelGradient(
      builder,
      { x: channelsFirst(builder, materialize(x), window), dy: channelsFirst(builder, materialize(dy), window) },
      window,
    );
    return kernelBack(builder, dw, shape, window);
  };

const fused = (plan: Plan): Kernel => {
  const plain = forward(plan);
  return (call: KernelCall) => {
    const { builder, inputs, attributes, materialize } = call;
    let y = plain(call) as Value;
    // Bias and slopes lie along the last axis in both layouts where they have one number per channel and channels are last.
    const alongChannels = (tensor: KernelCall['inputs'][string]): Value => {
      const value = materialize(tensor);
      const isFirst = attributes.dataFormat === 'NCHW' && tensor.shape.length === 1 && tensor.shape[0] > 1;
      return isFirst ? builder.reshape(value, [tensor.shape[0], 1, 1]) : value;
    };
    if (inputs.bias) y = builder.binary('Add', y, alongChannels(inputs.bias));
    const { activation = 'linear', leakyreluAlpha = 0.2 } = attributes as {
      activation?: string;
      leakyreluAlpha?: number;
    };
    const slopes = inputs.preluActivationWeights && alongChannels(inputs.preluActivationWeights);
    return activate(builder, y, activation, leakyreluAlpha, slopes);
  };
};

export const CONVOLUTION_KERNELS: KernelTable = {
  Conv2D: forward(convolution2d),
  Conv2DBackpropInput: inputGradient(convolution2d),
  Conv2DBackpropFilter: filterGradient(convolution2d),
  FusedConv2D: fused(convolution2d),
  DepthwiseConv2dNative: forward(depthwiseConvolution),
  DepthwiseConv2dNativeBackpropInput: inputGradient(depthwiseConvolution),
  DepthwiseConv2dNativeBackpropFilter: filterGradient(depthwiseConvolution),
  FusedDepthwiseConv2D: fused(depthwiseConvolution),
  Conv3D: forward(convolution3d),
  Conv3DBackpropInputV2: inputGradient(convolution3d),
  Conv3DBackpropFilterV2: filterGradient(convolution3d),
};
