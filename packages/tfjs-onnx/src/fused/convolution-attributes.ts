// What describes a convolution with any number of axes, in PyTorch's layouts: x [B, C, ...], w [out, in/groups, ...kernel].
import type * as tf from '@tensorflow/tfjs-core';

export interface ConvolutionAttributes {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros before and after each axis. */
  readonly pads: readonly (readonly [number, number])[];
  readonly groups: number;
}

export interface TransposedAttributes extends ConvolutionAttributes {
  /** Extra elements at the end of each axis. */
  readonly outputPads: readonly number[];
}

export interface ConvolutionInputs extends Readonly<Record<string, tf.Tensor | undefined>> {
  x: tf.Tensor;
  w: tf.Tensor;
  bias?: tf.Tensor;
}

/** Every position of a kernel of the given sizes, in row-major order. */
export function kernelTaps(kernel: readonly number[]): number[][] {
  return kernel.reduce<number[][]>(
    (taps, size) => taps.flatMap((tap) => Array.from({ length: size }, (_, i) => [...tap, i])),
    [[]],
  );
}

export function outputLengths(
  lengths: readonly number[],
  kernel: readonly number[],
  { strides, dilations, pads }: ConvolutionAttributes,
): number[] {
  return lengths.map((length, axis) => {
    const span = dilations[axis] * (kernel[axis] - 1) + 1;
    return Math.floor((length + pads[axis][0] + pads[axis][1] - span) / strides[axis]) + 1;
  });
}

export const product = (sizes: readonly number[]): number => sizes.reduce((total, size) => total * size, 1);

/** ONNX wants all amounts before, then all amounts after. */
export function onnxPads(pads: readonly (readonly [number, number])[]): number[] {
  return [...pads.map(([before]) => before), ...pads.map(([, after]) => after)];
}
