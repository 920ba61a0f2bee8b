// Convolutions of any number of axes, with gradients that are fast on onnxruntime's CPU provider: for the input at stride 1 a
// plain Conv with the kernel flipped, otherwise a transposed convolution; for the kernel see kernel-gradient.ts. The public
// fronts are in conv.ts.
import * as tf from '@tensorflow/tfjs-core';

import {
  type ConvolutionAttributes,
  type ConvolutionInputs,
  type TransposedAttributes,
} from './convolution-attributes';
import { composeConvolution, composeTransposedConvolution, flippedKernel } from './convolution-composed';
import { defineFusedOp } from './define-fused-op';
import { hasLargeKernel, inputGradientOfLargeKernel, outputPads } from './input-gradient';
import { kernelGradient } from './kernel-gradient';
import { recordConvolution, recordTransposedConvolution } from './record-convolution';

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
  record: recordTransposedConvolution,
  gradient(dy, { x, w, bias }, _saved, { outputPads: _outputPads, ...attributes }) {
    return {
      x: convolution({ x: dy, w }, attributes),
      w: kernelGradient({ x: dy, dy: x }, { ...attributes, kernel: w.shape.slice(2) }),
      ...(bias && { bias: tf.sum(dy, [0, ...attributes.strides.map((_, axis) => axis + 2)]) }),
    };
  },
});
