// The gradient of a convolution with respect to its input where the kernel is larger than the input (deep, narrow layers): one matrix
// product with the kernel as it lies, then the taps' contributions are added up, each shifted by its position. Turning such a kernel
// around for a plain convolution costs more than the convolution, and onnxruntime's ConvTranspose adds up on one thread.
import type * as tf from '@tensorflow/tfjs-core';

import { elementCount, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type ConvolutionAttributes } from './convolution-attributes';
import { composeTransposedConvolution } from './convolution-composed';
import { defineFusedOp } from './define-fused-op';

interface InputGradientAttributes extends ConvolutionAttributes {
  /** Of the input. */
  readonly lengths: readonly number[];
}

/**
 * From here on kernels have more elements than what they usually convolve. Lengths must not decide: they may be symbolic. Where the
 * channels come in blocks and there is no stride, the convolution with the kernel turned around can be a direct one (cpu/blocked-convolutions.ts).
 */
const LARGE_KERNEL = 2 ** 18;
const LARGE_KERNEL_IN_BLOCKS = 2 ** 20;
const BLOCK = 16;

/** Is this the way to take? It knows one spatial axis and one group. */
export function hasLargeKernel(w: tf.Tensor, groups: number, strides: readonly number[]): boolean {
  const inBlocks = strides[0] === 1 && w.shape[0] % BLOCK === 0 && w.shape[1]! % BLOCK === 0;
  const least = inBlocks ? LARGE_KERNEL_IN_BLOCKS : LARGE_KERNEL;
  return groups === 1 && w.rank === 3 && elementCount(w.shape) >= least;
}

/** dy [B, out, P], w [out, in, kernel] → [B, in, L]. */
export const inputGradientOfLargeKernel = defineFusedOp<{ dy: tf.Tensor; w: tf.Tensor }, InputGradientAttributes>({
  name: 'ConvolutionInputGradient',
  compose: ({ dy, w }, { lengths, ...attributes }) =>
    composeTransposedConvolution({ x: dy, w }, { ...attributes, outputPads: outputPads(dy, w, lengths, attributes) }),
  record(builder, { dy, w }, { lengths: [length], strides: [stride], dilations: [dilation], pads: [[before]] }) {
    const [batch, outChannels, positions] = dy!.shape;
    const [, channels, kernel] = w!.shape;
    const gradient = builder.reshape(builder.transpose(dy!, [1, 0, 2]), [outChannels, batch * positions]);
    const columns = builder.reshape(
      builder.matMul(builder.reshape(w!, [outChannels, channels * kernel]), gradient, true),
      [channels, kernel, batch, positions],
    );
    // Input element r + stride · j is row j of phase r.
    const rows = Math.ceil(length / stride);
    const phases: (Value | undefined)[] = Array.from({ length: stride }, () => undefined);
    for (let tap = 0; tap < kernel; tap++) {
      const offset = tap * dilation - before;
      const phase = ((offset % stride) + stride) % stride;
      const placed = placeRows(builder, columns, tap, (offset - phase) / stride, rows);
      if (!placed) continue;
      const sum = phases[phase];
      phases[phase] = sum ? builder.binary('Add', sum, placed) : placed;
    }
    const shape = [channels, batch, rows];
    const filled = phases.map(
      (phase) => phase ?? builder.expand(builder.constant(new Float32Array(1), [1, 1, 1], dy!.type), shape),
    );
    const joined =
      stride === 1
        ? filled[0]
        : builder.slice(
            builder.reshape(
              builder.node(
                'Concat',
                filled.map((phase) => builder.reshape(phase, [...shape, 1])),
                [...shape, stride],
                dy!.type,
                { axis: 3 },
              ),
              [channels, batch, rows * stride],
            ),
            2,
            0,
            length,
          );
    return [builder.transpose(joined, [1, 0, 2])];
  },
});

/** What one tap contributes: element n of its columns is row n + shift, of `rows` rows; undefined where none is. */
function placeRows(builder: GraphBuilder, columns: Value, tap: number, shift: number, rows: number): Value | undefined {
  const [channels, , batch, positions] = columns.shape;
  const first = Math.max(0, -shift);
  const last = Math.min(positions, rows - shift);
  if (last <= first) return undefined;
  const column = builder.reshape(builder.slice(columns, 1, tap, 1), [channels, batch, positions]);
  const used = first === 0 && last === positions ? column : builder.slice(column, 2, first, last - first);
  const [before, after] = [first + shift, rows - last - shift];
  if (before === 0 && after === 0) return used;
  const amounts = builder.integers([0, 0, before, 0, 0, after]);
  return builder.node('Pad', [used, amounts, builder.scalar(0, columns.type)], [channels, batch, rows], columns.type, {
    mode: 'constant',
  });
}

/** How many elements at the end of the input the last window did not reach. */
export function outputPads(
  dy: tf.Tensor,
  w: tf.Tensor,
  lengths: readonly number[],
  { strides, dilations, pads }: Pick<ConvolutionAttributes, 'strides' | 'dilations' | 'pads'>,
): number[] {
  return w.shape.slice(2).map((size, axis) => {
    const span = (dy.shape[axis + 2] - 1) * strides[axis] + dilations[axis] * (size - 1) + 1;
    return lengths[axis] - (span - pads[axis][0] - pads[axis][1]);
  });
}
