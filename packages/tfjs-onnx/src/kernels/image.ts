// Nearest-neighbour enlargement of images [B, H, W, C].
import { type Value } from '../graph';
import { type Kernel, type KernelTable } from './kernel';

export interface ResizeAttributes {
  readonly size?: [number, number];
  readonly alignCorners?: boolean;
  readonly halfPixelCenters?: boolean;
}

/** Which source position each target position reads, by TensorFlow's rules. */
export function nearestPositions(
  source: number,
  target: number,
  { alignCorners, halfPixelCenters }: ResizeAttributes,
): number[] {
  const aligned = alignCorners && target > 1;
  const scale = aligned ? (source - 1) / (target - 1) : source / target;
  return Array.from({ length: target }, (_, i) => {
    const position = halfPixelCenters ? scale * (i + 0.5) : scale * i;
    return Math.min(source - 1, Math.max(0, alignCorners ? Math.round(position) : Math.floor(position)));
  });
}

/** Do the targets repeat every source element equally often? Then no positions are needed, and lengths may be symbolic. */
export function isRepetition(source: number, target: number, { alignCorners }: ResizeAttributes): boolean {
  return target % source === 0 && (!alignCorners || target === source);
}

const resize: Kernel = ({ builder, inputs: { images }, attributes, materialize }) => {
  const options = attributes as ResizeAttributes;
  return [1, 2].reduce((value, axis) => {
    const [source, target] = [value.shape[axis], options.size![axis - 1]];
    const shape = value.shape.map((size, position) => (position === axis ? target : size));
    if (source === target) return value;
    if (!isRepetition(source, target, options)) {
      const positions = builder.constant(Int32Array.from(nearestPositions(source, target, options)), [target], 'int32');
      return builder.node('Gather', [value, positions], shape, value.type, { axis });
    }
    const apart = value.shape.flatMap((size, position) => (position === axis ? [size, 1] : [size]));
    const repeated = apart.map((size, position) => (position === axis + 1 ? target / source : size));
    return builder.reshape(builder.expand(builder.reshape(value, apart), repeated), shape);
  }, materialize(images));
};

/** Between which two source positions each target position lies, and how far from the first, by TensorFlow's rules. */
export function linearPositions(
  source: number,
  target: number,
  { alignCorners, halfPixelCenters }: ResizeAttributes,
): { low: number[]; high: number[]; fraction: number[] } {
  const aligned = alignCorners && target > 1;
  const scale = aligned ? (source - 1) / (target - 1) : source / target;
  const positions = Array.from({ length: target }, (_, i) => (halfPixelCenters ? scale * (i + 0.5) - 0.5 : scale * i));
  const low = positions.map((position) => Math.max(0, Math.floor(position)));
  return {
    low,
    high: positions.map((position) => Math.max(0, Math.min(source - 1, Math.ceil(position)))),
    fraction: positions.map((position, i) => position - low[i]),
  };
}

/** Rows mixed from two source rows each, first along the width, then along the height. */
const resizeBilinear: Kernel = ({ builder, inputs: { images }, attributes, materialize }) => {
  const options = attributes as ResizeAttributes;
  return [2, 1].reduce(
    (value, axis) => {
      const [source, target] = [value.shape[axis], options.size![axis - 1]];
      if (source === target) return value;
      const { low, high, fraction } = linearPositions(source, target, options);
      const shape = value.shape.map((size, position) => (position === axis ? target : size));
      const rows = (positions: number[]): Value =>
        builder.node(
          'Gather',
          [value, builder.constant(Int32Array.from(positions), [target], 'int32')],
          shape,
          value.type,
          { axis },
        );
      const weights = shape.map((size, position) => (position === axis ? size : 1));
      const [first, second] = [rows(low), rows(high)];
      const part = builder.constant(Float32Array.from(fraction), weights, 'float32');
      return builder.binary('Add', first, builder.binary('Mul', builder.binary('Sub', second, first), part));
    },
    builder.cast(materialize(images), 'float32'),
  );
};

/** How much of each source position goes into each target position, [source, target]. */
export function resizeMatrix(
  source: number,
  target: number,
  options: ResizeAttributes,
  kind: 'nearest' | 'linear',
): Float32Array {
  const matrix = new Float32Array(source * target);
  if (kind === 'nearest') {
    nearestPositions(source, target, options).forEach((position, i) => (matrix[position * target + i] = 1));
    return matrix;
  }
  const { low, high, fraction } = linearPositions(source, target, options);
  fraction.forEach((part, i) => {
    matrix[low[i] * target + i] += 1 - part;
    matrix[high[i] * target + i] += part;
  });
  return matrix;
}

/** As tfjs has it: centred pixels are not known to its kernels of gradients. */
const resizeGradient =
  (kind: 'nearest' | 'linear'): Kernel =>
  ({ builder, inputs: { images, dy }, attributes, materialize }) =>
    [1, 2].reduce((gradient, axis) => {
      const [source, target] = [images.shape[axis], gradient.shape[axis]];
      const { alignCorners } = attributes as ResizeAttributes;
      const matrix = builder.constant(
        resizeMatrix(source, target, { alignCorners }, kind),
        [source, target],
        'float32',
      );
      if (axis === 1) {
        const [batch, , width, channels] = gradient.shape;
        const rows = builder.reshape(gradient, [batch, target, width * channels]);
        return builder.reshape(builder.matMul(matrix, rows), [batch, source, width, channels]);
      }
      return builder.matMul(matrix, gradient);
    }, materialize(dy));

export const IMAGE_KERNELS: KernelTable = {
  ResizeNearestNeighbor: resize,
  ResizeNearestNeighborGrad: resizeGradient('nearest'),
  ResizeBilinear: resizeBilinear,
  ResizeBilinearGrad: resizeGradient('linear'),
};
