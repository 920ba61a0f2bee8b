// Convolutions of any number of axes, with gradients that are fast on onnxruntime's CPU provider: for the input at stride 1 a
// plain Conv with the kernel flipped, otherwise a transposed convolution; for the kernel see kernel-gradient.ts. The public
// fronts are in conv.ts.
import * as tf from '@tensorflow/tfjs-core';

import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import {
  type ConvolutionAttributes,
  type ConvolutionInputs,
  onnxPads,
  outputLengths,
  type TransposedAttributes,
} from './convolution-attributes';
import { composeConvolution, composeTransposedConvolution, flippedKernel } from './convolution-composed';
import { defineFusedOp } from './define-fused-op';
import { hasLargeKernel, inputGradientOfLargeKernel, outputPads } from './input-gradient';
import { kernelGradient } from './kernel-gradient';
import { recordSubPixel, subPixelAxis } from './sub-pixel';

function recordConvolution(
  builder: GraphBuilder,
  { x, w, bias }: { x?: Value; w?: Value; bias?: Value },
  attributes: ConvolutionAttributes,
): Value[] {
  const kernel = w!.shape.slice(2);
  const shape = [x!.shape[0], w!.shape[0], ...outputLengths(x!.shape.slice(2), kernel, attributes)];
  const inputs = bias ? [x!, w!, bias] : [x!, w!];
  return [
    builder.node('Conv', inputs, shape, x!.type, {
      kernel_shape: kernel,
      strides: attributes.strides,
      dilations: attributes.dilations,
      pads: onnxPads(attributes.pads),
      group: attributes.groups,
    }),
  ];
}

/** x [B, C, ...], w [out, in/groups, ...kernel], bias [out] → [B, out, ...]; recorded as ONNX Conv. */
export const convolution = defineFusedOp<ConvolutionInputs, ConvolutionAttributes>({
  name: 'Convolution',
  compose: composeConvolution,
  record: recordConvolution,
  gradient(dy, { x, w, bias }, _saved, attributes) {
    const lengths = x.shape.slice(2);
    return {
      x: inputGradient(dy, w, lengths, attributes),
      w: kernelGradient({ x, dy }, { ...attributes, kernel: w.shape.slice(2) }),
      ...(bias && { bias: tf.sum(dy, [0, ...lengths.map((_, axis) => axis + 2)]) }),
    };
  },
});

function inputGradient(
  dy: tf.Tensor,
  w: tf.Tensor,
  lengths: readonly number[],
  attributes: ConvolutionAttributes,
): tf.Tensor {
  const { strides, dilations, pads, groups } = attributes;
  const kernel = w.shape.slice(2);
  if (hasLargeKernel(w, groups, strides)) return inputGradientOfLargeKernel({ dy, w }, { ...attributes, lengths });
  if (strides.every((stride) => stride === 1)) {
    const back = kernel.map((size, axis): [number, number] => {
      const reach = dilations[axis] * (size - 1);
      return [reach - pads[axis][0], reach - pads[axis][1]];
    });
    if (back.every(([before, after]) => before >= 0 && after >= 0)) {
      return convolution({ x: dy, w: flippedKernel(w, groups) }, { strides, dilations, pads: back, groups });
    }
  }
  return transposedConvolution(
    { x: dy, w },
    { strides, dilations, pads, groups, outputPads: outputPads(dy, w, lengths, attributes) },
  );
}

/** x [B, in, ...], w [in, out/groups, ...kernel], bias [out] → [B, out, ...]; recorded as Conv or ConvTranspose. */
export const transposedConvolution = defineFusedOp<ConvolutionInputs, TransposedAttributes>({
  name: 'TransposedConvolution',
  compose: composeTransposedConvolution,
  record(builder, { x, w, bias }, attributes) {
    const { strides, dilations, pads, groups, outputPads } = attributes;
    const kernel = w!.shape.slice(2);
    const lengths = kernel.map((size, axis) => {
      const full = (x!.shape[axis + 2] - 1) * strides[axis] + dilations[axis] * (size - 1) + 1;
      return full - pads[axis][0] - pads[axis][1] + outputPads[axis];
    });
    const spatial = subPixelAxis(w!, attributes);
    if (spatial !== undefined) return [recordSubPixel(builder, { x: x!, w: w!, bias }, spatial, lengths, attributes)];
    const shape = [x!.shape[0], w!.shape[1] * groups, ...lengths];
    return [
      builder.node('ConvTranspose', bias ? [x!, w!, bias] : [x!, w!], shape, x!.type, {
        kernel_shape: kernel,
        strides,
        dilations,
        pads: onnxPads(pads),
        group: groups,
        output_padding: outputPads,
      }),
    ];
  },
  gradient(dy, { x, w, bias }, _saved, { outputPads: _outputPads, ...attributes }) {
    return {
      x: convolution({ x: dy, w }, attributes),
      w: kernelGradient({ x: dy, dy: x }, { ...attributes, kernel: w.shape.slice(2) }),
      ...(bias && { bias: tf.sum(dy, [0, ...attributes.strides.map((_, axis) => axis + 2)]) }),
    };
  },
});
