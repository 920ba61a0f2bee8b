// Kernels for convolutions on blocks of channels: the elements of [out, in, ...kernel] in the order of
// [out/block, in/block, ...kernel, in of a block, out of a block].
import { elementCount, isConstant, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';

/** w [out, in/groups, ...kernel] → [out, in/groups, h, w], whose elements lie in blocks. */
export function blockedKernel(builder: GraphBuilder, w: Value, block: number): Value {
  const [out, inputs, ...kernel] = w.shape;
  const turned = turnedAround(w);
  const ordered = turned
    ? orderTurned(builder, turned, [out, inputs, elementCount(kernel)], block)
    : order(builder, w, [out, inputs, elementCount(kernel)], block);
  return builder.reshape(ordered, [out, inputs, ...(kernel.length === 1 ? [1] : []), ...kernel]);
}

type Sizes = readonly [out: number, inputs: number, taps: number];

function order(builder: GraphBuilder, w: Value, [out, inputs, taps]: Sizes, block: number): Value {
  const apart = builder.reshape(w, [out / block, block, inputs * taps]);
  const outLast = builder.transposeFewRows(apart);
  const perBlock = builder.reshape(outLast, [(out / block) * (inputs / block), block, taps, block]);
  return builder.transpose(perBlock, [0, 2, 1, 3]);
}

/** What a convolution's gradient makes of its kernel: [g·a, b, ...kernel] → [g·b, a, ...kernel reversed]. */
interface Turned {
  readonly source: Value;
  readonly groups: number;
}

/** First blocks of rows change places, then each block's elements and taps do. */
function orderTurned(
  builder: GraphBuilder,
  { source, groups }: Turned,
  [out, inputs, taps]: Sizes,
  block: number,
): Value {
  const width = out / groups;
  const rows = builder.reshape(source, [groups, inputs, width / block, block * taps]);
  const moved = builder.transpose(rows, [0, 2, 1, 3]);
  const blocks = builder.reshape(moved, [groups * (width / block) * (inputs / block), block * block, taps]);
  return taps === 1 ? blocks : builder.transposeFewColumns(blocks, { reversed: true });
}

/** Finds, behind a kernel, the one that it is the turned form of. */
export function turnedAround(w: Value): Turned | undefined {
  const [, , ...kernel] = w.shape;
  const reversed = new Set<number>();
  let value = w;
  for (let node = value.node; node?.op === 'Slice'; node = value.node) {
    const [axis, step] = [node.inputs[3], node.inputs[4]].map(onlyNumber);
    if (step !== -1 || axis === undefined || node.inputs[0]!.shape.join() !== value.shape.join()) return undefined;
    reversed.add(axis);
    value = node.inputs[0]!;
  }
  if (kernel.some((size, axis) => size > 1 !== reversed.has(axis + 2))) return undefined;
  const exchange = behindReshapes(value).node;
  if (exchange?.op !== 'Transpose') return undefined;
  const [groups, outputs] = exchange.inputs[0]!.shape;
  const order = exchange.attributes.perm as readonly number[];
  const isExchange =
    order.length === kernel.length + 3 && order.every((axis, i) => axis === [0, 2, 1][i] || axis === i);
  if (!isExchange || groups * exchange.outputs[0].shape[1] !== w.shape[0] || outputs !== w.shape[1]) return undefined;
  return { source: behindReshapes(exchange.inputs[0]!), groups };
}

function behindReshapes(value: Value): Value {
  let source = value;
  while (source.node?.op === 'Reshape') source = source.node.inputs[0]!;
  return source;
}

function onlyNumber(value: Value | null): number | undefined {
  return isConstant(value) && value.data.length === 1 ? Number(value.data[0]) : undefined;
}
