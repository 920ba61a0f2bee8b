// The gradient of a convolution with respect to its kernel as one convolution with the output's gradient as a very long kernel. It
// is fast where onnxruntime's matrix product inside Conv has long rows to copy: so the input lies with its positions first, as a
// picture whose rows are positions and whose columns are channels, and the examples of the batch are the picture's channels.
//
//   input  [1, B, L, C]   kernel  [out, B, P, 1]   output [1, out, K, C]
//
// Strides and dilations change places. A third faster than one product a tap, whose inputs must all be copied first.
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type ConvolutionAttributes } from './convolution-attributes';

/** x [B, C, L], dy [B, out, P] → [out, C/groups, kernel]. */
export function recordLongKernelGradient(
  builder: GraphBuilder,
  x: Value,
  dy: Value,
  kernel: number,
  { strides: [stride], dilations: [dilation], pads: [[before, after]], groups }: ConvolutionAttributes,
): Value {
  const [batch, channels, length] = x.shape;
  const [, outChannels, positions] = dy.shape;
  const width = channels / groups;
  const picture =
    groups === 1
      ? builder.transpose(x, [0, 2, 1])
      : builder.transpose(builder.reshape(x, [batch, groups, width, length]), [1, 0, 3, 2]);
  const gradient = builder.transpose(dy, [1, 0, 2]);
  const rows = Math.floor((length + before + after - (positions - 1) * stride - 1) / dilation) + 1;
  const found = builder.node(
    'Conv',
    [
      builder.reshape(picture, [1, groups * batch, length, width]),
      builder.reshape(gradient, [outChannels, batch, positions, 1]),
    ],
    [1, outChannels, rows, width],
    x.type,
    // No kernel_shape: it may be symbolic, and is the second input's.
    { strides: [dilation, 1], dilations: [stride, 1], pads: [before, 0, after, 0], group: groups },
  );
  // A stride may leave elements at the end that no window reached, and rows that are no taps.
  const taps = stride === 1 ? found : builder.slice(found, 2, 0, kernel);
  return builder.transposeFewRows(builder.reshape(taps, [outChannels, kernel, width]));
}
