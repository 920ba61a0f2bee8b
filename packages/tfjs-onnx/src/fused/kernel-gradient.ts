// The gradient of a convolution with respect to its kernel, as an op of its own.
import * as tf from '@tensorflow/tfjs-core';

import { composeConvolution } from './convolution-composed';
import { defineFusedOp } from './define-fused-op';
import { type KernelGradientAttributes, recordKernelGradient } from './record-kernel-gradient';

/** x [B, C, ...], dy [B, out, ...] → [out, C/groups, ...kernel]. */
export const kernelGradient = defineFusedOp<{ x: tf.Tensor; dy: tf.Tensor }, KernelGradientAttributes>({
  name: 'ConvolutionKernelGradient',
  compose: ({ x, dy }, { kernel, ...attributes }) => {
    const shape = [dy.shape[1]!, x.shape[1]! / attributes.groups, ...kernel];
    return tf.grad((w) => composeConvolution({ x, w }, attributes))(tf.zeros(shape), dy);
  },
  record: recordKernelGradient,
});
