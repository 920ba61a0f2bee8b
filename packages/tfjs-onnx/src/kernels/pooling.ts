// Pooling over [B, H, W, C] and [B, D, H, W, C], and its gradients. The gradient of a maximum goes to where ONNX's MaxPool says that
// it found it; that of a mean is a transposed convolution with a kernel of ones, each channel for itself.
import * as tf from '@tensorflow/tfjs-core';

import { onnxPads, product } from '../fused/convolution-attributes';
import { recordTransposedConvolution } from '../fused/record-convolution';
import { elementCount, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type Kernel, type KernelTable } from './kernel';
import { channelsBack, channelsFirst, pooling, type Window } from './window';

const attributesOf = ({ kernel, strides, pads }: Window): Record<string, readonly number[]> => ({
  kernel_shape: kernel,
  strides,
  pads: onnxPads(pads),
});

function shapeOf(x: Value, { counts }: Window): number[] {
  return [x.shape[0], x.shape[1], ...counts];
}

const averagePool: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const window = pooling(x.shape, attributes);
  const input = channelsFirst(builder, materialize(x), window);
  const y = builder.node('AveragePool', [input], shapeOf(input, window), 'float32', attributesOf(window));
  return channelsBack(builder, y, window);
};

/** Maxima of [B, C, ...], and where each lies in the flattened input. */
function maxima(builder: GraphBuilder, x: Value, window: Window): [Value, Value] {
  const shape = shapeOf(x, window);
  const outputs = [
    { type: x.type, shape },
    { type: 'int64' as const, shape },
  ];
  const [y, positions] = builder.record('MaxPool', [x], outputs, {
    attributes: attributesOf(window),
    optionalOutputs: true,
  });
  return [y, positions];
}

/** tfjs pools whole numbers too; ONNX only floats. */
const maxPool: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const window = pooling(x.shape, attributes);
  const value = materialize(x);
  const [y] = maxima(builder, channelsFirst(builder, builder.cast(value, 'float32'), window), window);
  return channelsBack(builder, builder.cast(y, value.type), window);
};

const maxPoolGradient: Kernel = ({ builder, inputs: { dy, input }, attributes, materialize }) => {
  const window = pooling(input.shape, attributes);
  const x = channelsFirst(builder, materialize(input), window);
  const [, positions] = maxima(builder, x, window);
  const gradient = channelsFirst(builder, materialize(dy), window);
  const zeros = builder.expand(builder.scalar(0, 'float32'), [elementCount(x.shape)]);
  const flat = builder.node(
    'ScatterND',
    [
      zeros,
      builder.reshape(positions, [elementCount(dy.shape), 1]),
      builder.reshape(gradient, [elementCount(dy.shape)]),
    ],
    [elementCount(x.shape)],
    'float32',
    { reduction: 'add' },
  );
  return channelsBack(builder, builder.reshape(flat, x.shape), window);
};

/** As tfjs has it: every window's gradient is divided by the window's size, also where the window hangs over the border. */
const averagePoolGradient: Kernel = ({ builder, inputs: { dy, input }, attributes, materialize }) => {
  const window = pooling(input.shape, attributes);
  const { counts, strides, kernel, pads, lengths, dilations } = window;
  const gradient = channelsFirst(builder, materialize(dy), window);
  const [batch, channels] = gradient.shape;
  const outputPads = lengths.map(
    (length, i) => length - ((counts[i] - 1) * strides[i] + kernel[i] - pads[i][0] - pads[i][1]),
  );
  const ones = new Float32Array(product(kernel)).fill(1 / product(kernel));
  const [dx] = recordTransposedConvolution(
    builder,
    {
      x: builder.reshape(gradient, [batch * channels, 1, ...counts]),
      w: builder.constant(ones, [1, 1, ...kernel], 'float32'),
    },
    { strides, dilations, pads, groups: 1, outputPads },
  );
  return channelsBack(builder, builder.reshape(dx, [batch, channels, ...lengths]), window);
};

/** tfjs counts positions in [B, H, W, C] (with or without the batch), ONNX in [B, C, H, W]. */
const maxPoolWithArgmax: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const window = pooling(x.shape, attributes);
  const [batch, height, width, channels] = x.shape;
  const [y, positions] = maxima(builder, channelsFirst(builder, materialize(x), window), window);
  const int64 = (values: number[], shape: number[]): Value =>
    builder.constant(BigInt64Array.from(values, BigInt), shape, 'int64');
  const area = height * width;
  const places = builder.binary('Mod', positions, int64([area], []));
  const channel = int64(
    Array.from({ length: channels }, (_, i) => i),
    [channels, 1, 1],
  );
  let flat = builder.binary('Add', builder.binary('Mul', places, int64([channels], [])), channel);
  if (attributes.includeBatchInIndex) {
    const offsets = Array.from({ length: batch }, (_, i) => i * area * channels);
    flat = builder.binary('Add', flat, int64(offsets, [batch, 1, 1, 1]));
  }
  return [channelsBack(builder, y, window), builder.cast(channelsBack(builder, flat, window), 'int32')];
};

/** Window size ÷ elements that each window has, [1, ...counts, 1]; nothing where no window hangs over the border. */
export function overhang(x: readonly number[], attributes: Readonly<Record<string, unknown>>): tf.Tensor | undefined {
  const { counts, strides, kernel, pads, lengths } = pooling(x, attributes);
  if (pads.every(([before, after]) => before === 0 && after === 0)) return undefined;
  const ratios = counts.map((count, i) =>
    Array.from({ length: count }, (_, position) => {
      const start = position * strides[i] - pads[i][0];
      return kernel[i] / (Math.min(start + kernel[i], lengths[i]) - Math.max(start, 0));
    }),
  );
  const products = ratios.reduce((all, axis) => all.flatMap((a) => axis.map((b) => a * b)), [1]);
  return tf.tensor(products, [1, ...counts, 1]);
}

export const POOLING_KERNELS: KernelTable = {
  AvgPool: averagePool,
  AvgPool3D: averagePool,
  AvgPoolGrad: averagePoolGradient,
  AvgPool3DGrad: averagePoolGradient,
  MaxPool: maxPool,
  MaxPool3D: maxPool,
  MaxPoolGrad: maxPoolGradient,
  MaxPool3DGrad: maxPoolGradient,
  MaxPoolWithArgmax: maxPoolWithArgmax,
};
