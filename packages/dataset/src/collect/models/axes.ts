// Tensors with named axes: models order them as they please.
import { type Axis } from './description';

export type Sizes = Partial<Record<Axis, number>>;

/** Copies values from one order of axes into another. An axis that one side lacks has length 1 there. */
export function reordered(data: Float32Array, from: readonly Axis[], to: readonly Axis[], sizes: Sizes): Float32Array {
  const stride: Sizes = {};
  let step = 1;
  for (const name of [...from].reverse()) {
    stride[name] = step;
    step *= sizes[name] ?? 1;
  }
  const lengths = to.map((name) => sizes[name] ?? 1);
  const strides = to.map((name) => stride[name] ?? 0);
  const result = new Float32Array(lengths.reduce((product, length) => product * length, 1));
  const position = new Array<number>(to.length).fill(0);
  for (let index = 0, source = 0; index < result.length; index++) {
    result[index] = data[source];
    for (let k = to.length - 1; k >= 0; k--) {
      source += strides[k];
      if (++position[k] < lengths[k]) break;
      source -= strides[k] * lengths[k];
      position[k] = 0;
    }
  }
  return result;
}

/** The lengths of a tensor's axes in their order. */
export function shapeOf(axes: readonly Axis[], sizes: Sizes): number[] {
  return axes.map((name) => sizes[name] ?? 1);
}
