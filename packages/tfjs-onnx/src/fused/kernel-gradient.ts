// The gradient of a convolution with respect to its kernel: one matrix product per kernel tap, between the output's gradient
// and the input as that tap saw it. Time (or height and width) comes first in memory, so that what a tap saw is one piece:
// cutting it out is a plain copy, and the sum over examples is part of the product. onnxruntime's own Conv, with the gradient
// as a very long kernel, is several times slower.
import * as tf from '@tensorflow/tfjs-core';

import { type Value } from '../graph';
import { type Recorder } from '../recorder';
import { type ConvolutionAttributes, kernelTaps, onnxPads, product } from './convolution-attributes';
import { composeConvolution } from './convolution-composed';
import { defineFusedOp } from './define-fused-op';

/** x [B, C, ...], dy [B, out, ...] → [out, C/groups, ...kernel]. */
export const kernelGradient = defineFusedOp<
  { x: tf.Tensor; dy: tf.Tensor },
  ConvolutionAttributes & { kernel: readonly number[] }
>({
  name: 'ConvolutionKernelGradient',
  compose: ({ x, dy }, { kernel, ...attributes }) => {
    const shape = [dy.shape[1]!, x.shape[1]! / attributes.groups, ...kernel];
    return tf.grad((w) => composeConvolution({ x, w }, attributes))(tf.zeros(shape), dy);
  },
  record(recorder, { x, dy }, { kernel, strides, dilations, pads, groups }) {
    const [batch, channels] = x!.shape;
    const [, outChannels, ...counts] = dy!.shape;
    const rows = batch * product(counts);
    const spatial = counts.map((_, axis) => axis + 3);
    const grouped = (value: Value): Value =>
      recorder.reshape(value, [batch, groups, value.shape[1] / groups, ...value.shape.slice(2)]);
    const input = recorder.transpose(grouped(recordPad(recorder, x!, pads)), [1, ...spatial, 0, 2]); // (G, ..., B, C/G)
    const gradient = recorder.reshape(recorder.transpose(grouped(dy!), [1, 2, ...spatial, 0]), [
      groups,
      outChannels / groups,
      rows,
    ]);
    const taps = kernelTaps(kernel).map((tap) => {
      const seen = tap.reduce((value, position, axis) => {
        const start = position * dilations[axis];
        const isWhole = start === 0 && strides[axis] === 1 && value.shape[axis + 1] === counts[axis];
        return isWhole ? value : recorder.slice(value, axis + 1, start, counts[axis], strides[axis]);
      }, input);
      const columns = recorder.reshape(seen, [groups, rows, channels / groups]);
      return recorder.reshape(recorder.matMul(gradient, columns), [outChannels, channels / groups, 1]);
    });
    const shape = [outChannels, channels / groups, taps.length];
    const joined = taps.length === 1 ? taps[0] : recorder.node('Concat', taps, shape, x!.type, { axis: 2 });
    return [recorder.reshape(joined, [outChannels, channels / groups, ...kernel])];
  },
});

function recordPad(recorder: Recorder, x: Value, pads: readonly (readonly [number, number])[]): Value {
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  const all: (readonly [number, number])[] = [[0, 0], [0, 0], ...pads];
  const shape = x.shape.map((size, axis) => size + all[axis][0] + all[axis][1]);
  return recorder.node('Pad', [x, recorder.integers(onnxPads(all)), recorder.scalar(0, x.type)], shape, x.type, {
    mode: 'constant',
  });
}
