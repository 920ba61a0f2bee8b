// Nearest-neighbour enlargement of images [B, H, W, C].
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

export const IMAGE_KERNELS: KernelTable = { ResizeNearestNeighbor: resize };
