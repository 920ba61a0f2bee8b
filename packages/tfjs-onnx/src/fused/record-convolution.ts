// The ONNX nodes of convolutions and transposed convolutions, apart from the ops that record them: kernels of tfjs' own convolutions
// record the same nodes.
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import {
  type ConvolutionAttributes,
  onnxPads,
  outputLengths,
  type TransposedAttributes,
} from './convolution-attributes';
import { recordSubPixel, subPixelAxis } from './sub-pixel';

interface Operands {
  readonly x?: Value;
  readonly w?: Value;
  readonly bias?: Value;
}

export function recordConvolution(
  builder: GraphBuilder,
  { x, w, bias }: Operands,
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

export function recordTransposedConvolution(
  builder: GraphBuilder,
  { x, w, bias }: Operands,
  attributes: TransposedAttributes,
): Value[] {
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
}
