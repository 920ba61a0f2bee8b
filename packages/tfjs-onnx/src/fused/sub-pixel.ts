// A transposed convolution with a stride as a plain one: the output samples of each phase (position modulo the stride) are a
// convolution of the input with every stride-th tap, so one Conv computes all phases as channels and a transposition interleaves
// them (Shi et al., 2016). onnxruntime's ConvTranspose adds up overlapping windows on one thread, and is 2 to 6 times slower.
import { dependsOnConstantsOnly, elementCount, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type TransposedAttributes } from './convolution-attributes';

/** Rearranging a kernel that changes at every run costs more than it saves where the kernel is large and the input short. */
const LARGEST_COMPUTED_KERNEL = 2 ** 19;

/** The one axis that is strided, if all others do nothing and this way pays. */
export function subPixelAxis(
  w: Value,
  { strides, dilations, pads, groups, outputPads }: TransposedAttributes,
): number | undefined {
  const spatial = strides.findIndex((stride) => stride > 1);
  if (spatial < 0 || dilations[spatial] !== 1) return undefined;
  const idle = strides.every(
    (stride, axis) =>
      axis === spatial ||
      (stride === 1 && w.shape[axis + 2] === 1 && pads[axis][0] === 0 && pads[axis][1] === 0 && outputPads[axis] === 0),
  );
  const pays = groups > 1 || elementCount(w.shape) <= LARGEST_COMPUTED_KERNEL || dependsOnConstantsOnly(w);
  return idle && pays ? spatial : undefined;
}

/** x [B, in, ...], w [in, out/groups, ...kernel] → [B, out, ...lengths]. */
export function recordSubPixel(
  builder: GraphBuilder,
  { x, w, bias }: { x: Value; w: Value; bias?: Value },
  spatial: number,
  lengths: readonly number[],
  { strides, pads, groups, outputPads }: TransposedAttributes,
): Value {
  const axis = spatial + 2;
  const [batch, , ...inputLengths] = x.shape;
  const outChannels = w.shape[1] * groups;
  const stride = strides[spatial];
  const reach = Math.ceil(w.shape[axis] / stride);
  const [before, after] = pads[spatial];
  // Rows of phases beyond the last input element; a constant, whatever the length.
  const beyond = Math.max(0, Math.ceil((w.shape[axis] - after + outputPads[spatial]) / stride) - 1);
  const rows = x.shape[axis] + beyond;
  const kernel = inputLengths.map((_, i) => (i === spatial ? reach : 1));
  const rowLengths = inputLengths.map((length, i) => (i === spatial ? rows : length));
  const conv = builder.node(
    'Conv',
    [x, phaseKernel(builder, w, spatial, stride, groups, kernel), ...(bias ? [phaseBias(builder, bias, stride)] : [])],
    [batch, outChannels * stride, ...rowLengths],
    x.type,
    {
      kernel_shape: kernel,
      strides: kernel.map(() => 1),
      dilations: kernel.map(() => 1),
      pads: [...kernel.map((size) => size - 1), ...kernel.map((_, i) => (i === spatial ? beyond : 0))],
      group: groups,
    },
  );
  const phases = builder.reshape(conv, [batch, outChannels, stride, ...rowLengths]);
  const interleaved = builder.reshape(interleave(builder, phases, axis, dependsOnConstantsOnly(w)), [
    batch,
    outChannels,
    ...rowLengths.map((length, i) => (i === spatial ? length * stride : length)),
  ]);
  return builder.slice(interleaved, axis, before, lengths[spatial]);
}

/** [B, C, stride, ..., rows, ...] → [B, C, ..., rows, stride, ...]. What is exported stays a transposition, which every provider knows best. */
function interleave(builder: GraphBuilder, phases: Value, axis: number, isExported: boolean): Value {
  if (phases.shape.length === 4 && !isExported && builder.target === 'cpu') return builder.transposeFewRows(phases);
  const order = phases.shape.map((_, i) => i).filter((i) => i !== 2);
  order.splice(axis + 1, 0, 2);
  return builder.transpose(phases, order);
}

/** A bias for every phase of every channel. */
function phaseBias(builder: GraphBuilder, bias: Value, stride: number): Value {
  const [channels] = bias.shape;
  return builder.reshape(builder.expand(builder.reshape(bias, [channels, 1]), [channels, stride]), [channels * stride]);
}

/** [in, out/groups, ...kernel] → [out·stride, in/groups, ...taps of one phase, reversed], in transpositions that move one axis. */
function phaseKernel(
  builder: GraphBuilder,
  w: Value,
  spatial: number,
  stride: number,
  groups: number,
  kernel: readonly number[],
): Value {
  const [inChannels, width] = w.shape;
  const size = w.shape[spatial + 2];
  const reach = kernel[spatial];
  const inputs = inChannels / groups;
  const flat = builder.reshape(w, [groups, inputs, width, size]);
  const missing = reach * stride - size;
  const filled =
    missing === 0
      ? flat
      : builder.node(
          'Pad',
          [flat, builder.integers([0, 0, 0, 0, 0, 0, 0, missing]), builder.scalar(0, w.type)],
          [groups, inputs, width, reach * stride],
          w.type,
          { mode: 'constant' },
        );
  const inputsLast = builder.transpose(builder.reshape(filled, [groups, inputs, width * reach * stride]), [0, 2, 1]);
  const taps = builder.reshape(inputsLast, [groups * width, reach, stride * inputs]);
  const reversed = reach > 1 ? builder.slice(taps, 1, reach - 1, reach, -1) : taps;
  return builder.reshape(builder.transpose(reversed, [0, 2, 1]), [groups * width * stride, inputs, ...kernel]);
}
