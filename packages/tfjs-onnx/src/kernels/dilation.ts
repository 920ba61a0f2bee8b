// Grey-scale dilation (the greatest sum of a window and a structuring element) and its gradients: a maximum over the element's taps.
import * as tf from '@tensorflow/tfjs-core';

import { kernelTaps } from '../fused/convolution-attributes';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type Kernel, type KernelCall, type KernelTable } from './kernel';
import { cut, padded } from './shape';

type Shape4D = [number, number, number, number];

/** Below every sum: what lies outside of the picture is never the greatest. */
const NOTHING = -3e38;

interface Taps {
  /** [H, W] of the padded picture, and how the picture lies in it. */
  readonly padding: readonly (readonly [number, number])[];
  readonly counts: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly positions: readonly { readonly start: readonly number[]; readonly sums: Value; readonly tap: number }[];
}

/** What each tap sees plus its own height, [B, H′, W′, C]. */
function tapsOf({ builder, inputs: { x, filter }, attributes, materialize }: KernelCall): Taps {
  const { strides, pad, dilations } = attributes as { strides: number; pad: 'same'; dilations: number };
  const info = tf.backend_util.computeDilation2DInfo(
    x.shape as Shape4D,
    filter.shape as [number, number, number],
    strides,
    pad,
    'NHWC',
    dilations,
  );
  const counts = [info.outHeight, info.outWidth] as const;
  const steps = [info.strideHeight, info.strideWidth] as const;
  const spread = [info.dilationHeight, info.dilationWidth];
  const before = [info.padInfo.top, info.padInfo.left];
  const padding = [0, 1].map((i) => {
    const reach = (counts[i] - 1) * steps[i] + spread[i] * (filter.shape[i] - 1) + 1;
    return [before[i], Math.max(0, reach - before[i] - x.shape[i + 1])] as const;
  });
  const filled = padded(builder, materialize(x), [[0, 0], ...padding, [0, 0]], NOTHING);
  const heights = builder.reshape(materialize(filter), [filter.shape[0] * filter.shape[1], filter.shape[2]]);
  const positions = kernelTaps(filter.shape.slice(0, 2)).map((place, tap) => {
    const start = place.map((position, i) => position * spread[i]);
    const seen = start.reduce((value, from, i) => builder.slice(value, i + 1, from, counts[i], steps[i]), filled);
    return { start, tap, sums: builder.binary('Add', seen, builder.slice(heights, 0, tap, 1)) };
  });
  return { padding, counts, strides: steps, positions };
}

function greatest(builder: GraphBuilder, { positions }: Taps): Value {
  return positions.map(({ sums }) => sums).reduce((a, b) => builder.binary('Max', a, b));
}

/** For each tap, the gradient of the windows in which it is the first to attain the maximum. */
function shares(call: KernelCall, taps: Taps): Value[] {
  const { builder } = call;
  const dy = call.materialize(call.inputs.dy);
  const zero = builder.scalar(0, dy.type);
  const best = greatest(builder, taps);
  let open: Value | undefined;
  return taps.positions.map(({ sums }) => {
    const attained = builder.binary('Equal', sums, best, 'bool');
    const first = open ? builder.binary('And', attained, open, 'bool') : attained;
    const rest = builder.unary('Not', attained);
    open = open ? builder.binary('And', open, rest, 'bool') : rest;
    return builder.where(first, dy, zero);
  });
}

const dilation: Kernel = (call) => greatest(call.builder, tapsOf(call));

const dilationInputGradient: Kernel = (call) => {
  const { builder, inputs } = call;
  const { x } = inputs;
  const taps = tapsOf(call);
  const full = taps.padding.map(([before, after], i) => x.shape[i + 1] + before + after);
  const placed = shares(call, taps).map((share, index) =>
    taps.positions[index].start.reduce((value, start, i) => {
      const axis = i + 1;
      const [count, stride] = [taps.counts[i], taps.strides[i]];
      const around = (at: number, before: number, after: number, rank: number): [number, number][] =>
        Array.from({ length: rank }, (_, other) => (other === at ? [before, after] : [0, 0]));
      let wide = value;
      if (stride > 1) {
        const apart = value.shape.flatMap((size, other) => (other === axis ? [size, 1] : [size]));
        const filled = padded(builder, builder.reshape(value, apart), around(axis + 1, 0, stride - 1, apart.length));
        const joined = value.shape.map((size, other) => (other === axis ? size * stride : size));
        wide = builder.slice(builder.reshape(filled, joined), axis, 0, (count - 1) * stride + 1);
      }
      return padded(builder, wide, around(axis, start, full[i] - start - wide.shape[axis], 4));
    }, share),
  );
  const sum = placed.reduce((a, b) => builder.binary('Add', a, b));
  return cut(builder, sum, [0, taps.padding[0][0], taps.padding[1][0], 0], x.shape);
};

const dilationFilterGradient: Kernel = (call) => {
  const { builder, inputs } = call;
  const { filter } = inputs;
  const sums = shares(call, tapsOf(call)).map((share) => {
    const total = builder.reduce('ReduceSum', share, [0, 1, 2], false);
    return builder.reshape(total, [1, filter.shape[2]]);
  });
  const shape = [sums.length, filter.shape[2]];
  const joined = sums.length === 1 ? sums[0] : builder.node('Concat', sums, shape, 'float32', { axis: 0 });
  return builder.reshape(joined, filter.shape);
};

export const DILATION_KERNELS: KernelTable = {
  Dilation2D: dilation,
  Dilation2DBackpropInput: dilationInputGradient,
  Dilation2DBackpropFilter: dilationFilterGradient,
};
