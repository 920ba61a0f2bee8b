// Pictures at other sizes and places, blocks, counting, sparse tensors, complex numbers.
import * as tf from '@tensorflow/tfjs-core';

import { integers, random } from '../support';
import { type Case, engine, one } from './case';

type T3 = tf.Tensor3D;
type T4 = tf.Tensor4D;

const picture = (): tf.Tensor => random(2, 3, 4, 2);
const whole = (...numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers, 'int32');

const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0];
// No place that it leads to lies halfway between two pixels: rounding in single and in double precision would part there.
const TURNED = [0.83, 0.31, -0.37, -0.17, 0.93, 0.53, 0.021, 0.013];

export const IMAGE_CASES: Case[] = [
  one('resizeBilinear up', (x) => tf.image.resizeBilinear(x as T4, [5, 9]), picture),
  one('resizeBilinear down', (x) => tf.image.resizeBilinear(x as T4, [2, 3]), picture),
  one('resizeBilinear with aligned corners', (x) => tf.image.resizeBilinear(x as T4, [6, 7], true), picture),
  one('resizeBilinear with centred pixels', (x) => tf.image.resizeBilinear(x as T4, [5, 8], false, true), picture),
  one(
    'resizeNearestNeighbor with centred pixels',
    (x) => tf.image.resizeNearestNeighbor(x as T4, [5, 8], false, true),
    picture,
  ),
  {
    name: 'ResizeNearestNeighborGrad',
    fn: ({ images, dy }) => engine('ResizeNearestNeighborGrad', { images, dy }, { alignCorners: false }),
    // One picture: of the others tfjs reads the gradient from the wrong place.
    inputs: () => ({ images: random(1, 3, 4, 2), dy: random(1, 5, 6, 2) }),
  },
  {
    // Square: tfjs exchanges height and width of the result.
    name: 'ResizeBilinearGrad',
    fn: ({ images, dy }) => engine('ResizeBilinearGrad', { images, dy }, { alignCorners: true }),
    inputs: () => ({ images: random(2, 3, 3, 2), dy: random(2, 5, 4, 2) }),
  },
  one('flipLeftRight', (x) => tf.mul(tf.image.flipLeftRight(x as T4), 2), picture),
  ...[0.7, [0.2, 0.9, 0.4, 0]].map((fill): Case => ({
    name: `rotateWithOffset, filled with ${fill}`,
    fn: ({ x }) => tf.image.rotateWithOffset(x as T4, 0.6, fill as number, [0.4, 0.6]),
    inputs: () => ({ x: random(2, 5, 6, 4) }),
  })),
  ...(['nearest', 'bilinear'] as const).flatMap((interpolation) =>
    (['constant', 'reflect', 'wrap', 'nearest'] as const).map((mode): Case => ({
      name: `transform, ${interpolation}, ${mode}`,
      fn: ({ x, t }) => tf.image.transform(x as T4, t as tf.Tensor2D, interpolation, mode, 0.3, [6, 7]),
      // One picture: tfjs leaves the others empty.
      inputs: () => ({ x: random(1, 4, 5, 2), t: tf.tensor2d([TURNED]) }),
    })),
  ),
  {
    name: 'transform by nothing',
    fn: ({ x, t }) => tf.image.transform(x as T4, t as tf.Tensor2D),
    inputs: () => ({ x: random(1, 4, 5, 2), t: tf.tensor2d([IDENTITY]) }),
  },
  ...(['bilinear', 'nearest'] as const).flatMap((method): Case[] =>
    (
      [
        [3, 4],
        [1, 1],
      ] as [number, number][]
    ).map((size) => ({
      name: `cropAndResize, ${method}, to ${size}`,
      fn: ({ x, boxes, which }) =>
        tf.image.cropAndResize(x as T4, boxes as tf.Tensor2D, which as tf.Tensor1D, size, method, 0.25),
      inputs: () => ({
        x: random(2, 5, 6, 3),
        boxes: tf.tensor2d([
          [0.1, 0.2, 0.8, 0.88],
          [-0.3, 0.02, 1.2, 0.53],
          [0.9, 0.72, 0.2, 0.13],
        ]),
        which: whole(0, 1, 1),
      }),
    })),
  ),

  one(
    'spaceToBatchND',
    (x) =>
      tf.spaceToBatchND(
        x,
        [2, 3],
        [
          [0, 1],
          [1, 1],
        ],
      ),
    picture,
  ),
  one(
    'batchToSpaceND',
    (x) =>
      tf.batchToSpaceND(
        x,
        [2, 2],
        [
          [0, 1],
          [1, 0],
        ],
      ),
    () => random(8, 2, 3, 2),
  ),
  one(
    'depthToSpace',
    (x) => tf.depthToSpace(x as T4, 2),
    () => random(2, 2, 3, 8),
  ),
  { name: 'diag', fn: ({ x }) => tf.diag(x), inputs: () => ({ x: random(2, 3) }) },
  ...(
    [
      [0, -1],
      [1, 0],
      [-1, 1],
      [0, 0],
    ] as const
  ).map(([lower, upper]): Case => ({
    name: `bandPart ${lower} ${upper}`,
    fn: ({ x }) =>
      tf.getBackend() === 'cpu'
        ? tf.linalg.bandPart(x, lower, upper)
        : engine('MatrixBandPart', {
            input: x,
            numLower: tf.scalar(lower, 'int32'),
            numUpper: tf.scalar(upper, 'int32'),
          }),
    inputs: () => ({ x: random(2, 4, 5) }),
  })),

  {
    name: 'bincount',
    fn: ({ x, w }) => tf.bincount(x as tf.Tensor1D, w as tf.Tensor1D, 5),
    inputs: () => ({ x: whole(0, 3, 3, 7, 1), w: random(5) }),
  },
  {
    name: 'bincount without weights',
    fn: ({ x }) => tf.bincount(x as tf.Tensor1D, tf.tensor1d([]), 4),
    inputs: () => ({ x: whole(0, 3, 3, 7, 1) }),
  },
  {
    name: 'denseBincount',
    fn: ({ x, w }) => tf.denseBincount(x as tf.Tensor2D, w as tf.Tensor2D, 4),
    inputs: () => ({
      x: tf.tensor2d(
        [
          [0, 1, 1],
          [3, 9, 3],
        ],
        undefined,
        'int32',
      ),
      w: random(2, 3),
    }),
  },
  {
    name: 'denseBincount, whether at all',
    fn: ({ x }) => tf.denseBincount(x as tf.Tensor2D, tf.tensor1d([]) as tf.Tensor as tf.Tensor2D, 4, true),
    inputs: () => ({
      x: tf.tensor2d(
        [
          [0, 1, 1],
          [3, 9, 3],
        ],
        undefined,
        'int32',
      ),
    }),
  },
  ...(['left', 'right'] as const).map((side): Case => ({
    name: `searchSorted, ${side}`,
    fn: ({ s, v }) => tf.searchSorted(s, v, side),
    inputs: () => ({
      s: tf.tensor2d([
        [0, 1, 1, 4],
        [2, 2, 3, 5],
      ]),
      v: tf.tensor2d([
        [1, 0.5, 9],
        [2, 4, -1],
      ]),
    }),
  })),
  ...(['LowerBound', 'UpperBound'] as const).map((name): Case => ({
    name,
    fn: ({ s, v }) =>
      tf.getBackend() === 'cpu'
        ? (name === 'LowerBound' ? tf.lowerBound : tf.upperBound)(s, v)
        : engine(name, { sortedSequence: s, values: v }),
    inputs: () => ({ s: tf.tensor2d([[0, 1, 1, 4]]), v: tf.tensor2d([[1, 0.5, 9]]) }),
  })),
  {
    name: 'sparseToDense',
    fn: ({ i, v, d }) => tf.sparseToDense(i as tf.Tensor2D, v as tf.Tensor1D, [3, 4], d as tf.Scalar),
    inputs: () => ({
      i: tf.tensor2d(
        [
          [0, 1],
          [2, 3],
          [1, 0],
        ],
        undefined,
        'int32',
      ),
      v: random(3),
      d: tf.scalar(-2),
    }),
  },
  {
    name: 'sparseToDense of one value',
    fn: ({ i, v }) => tf.sparseToDense(i as tf.Tensor1D, v as tf.Scalar, [5]),
    inputs: () => ({ i: whole(1, 3), v: tf.scalar(7) }),
  },
  ...(['sparseSegmentSum', 'sparseSegmentMean'] as const).map((name): Case => ({
    name,
    fn: ({ x, i }) => tf.sparse[name](x, i as tf.Tensor1D, whole(0, 0, 2, 2)),
    inputs: () => ({ x: random(5, 3), i: whole(4, 1, 0, 1) }),
  })),
  {
    name: 'sparseReshape',
    fn: ({ i }) => tf.sparse.sparseReshape(i as tf.Tensor2D, whole(2, 3, 6), whole(9, -1)).outputIndices,
    inputs: () => ({
      i: tf.tensor2d(
        [
          [0, 0, 0],
          [0, 1, 0],
          [1, 2, 3],
        ],
        undefined,
        'int32',
      ),
    }),
  },
  {
    name: 'BroadcastArgs',
    fn: ({ a, b }) => engine('BroadcastArgs', { s0: a, s1: b }),
    inputs: () => ({ a: whole(2, 1, 4), b: whole(3, 1) }),
  },

  {
    name: 'complex numbers, taken apart',
    fn: ({ a, b }) => {
      const z = tf.complex(a, b);
      const moved = tf.mul(
        tf.add(tf.transpose(z), tf.complex(tf.onesLike(tf.transpose(a)), tf.transpose(b))),
        tf.transpose(z),
      );
      const joined = tf.concat([moved, tf.reshape(z, [4, 3])], 0);
      return tf.stack([tf.real(joined), tf.imag(joined), tf.abs(joined)]);
    },
    inputs: () => ({ a: random(3, 4), b: random(3, 4) }),
  },
  ...[8, 7].flatMap((length): Case[] => [
    {
      name: `fft of ${length} numbers and back`,
      fn: ({ a, b }) => {
        const spectrum = tf.spectral.fft(tf.complex(a, b));
        const back = tf.spectral.ifft(tf.mul(spectrum, spectrum) as tf.Tensor);
        return tf.stack([tf.real(spectrum), tf.imag(spectrum), tf.real(back), tf.imag(back)]);
      },
      inputs: () => ({ a: random(2, 3, length), b: random(2, 3, length) }),
    },
    {
      name: `rfft of ${length} numbers`,
      fn: ({ a }) => tf.abs(tf.spectral.rfft(a)),
      inputs: () => ({ a: random(2, length) }),
    },
  ]),
  {
    name: 'irfft',
    fn: ({ a, b }) => tf.spectral.irfft(tf.complex(a, b)),
    inputs: () => ({ a: random(2, 5), b: random(2, 5) }),
  },
  {
    name: 'stft',
    fn: ({ a }) => tf.abs(tf.signal.stft(a as tf.Tensor1D, 8, 4)),
    inputs: () => ({ a: random(32) }),
  },
  {
    name: 'real numbers as complex ones',
    fn: ({ a }) => tf.abs(tf.cast(a, 'complex64')),
    inputs: () => ({ a: random(4) }),
  },
  one(
    'cumprod',
    (x) => tf.mul(x, tf.prod(x, 1, true)),
    () => random(3, 5),
  ),
  ...(
    [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const
  ).map(([exclusive, reverse]): Case => ({
    name: `cumprod${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`,
    fn: ({ x }) => tf.cumprod(x, 1, exclusive, reverse),
    inputs: () => ({ x: random(3, 7, 2) }),
  })),
  one(
    'LogSoftmax as a kernel',
    (x) => (tf.getBackend() === 'cpu' ? tf.logSoftmax(x) : engine('LogSoftmax', { logits: x }, { axis: -1 })),
    () => random(3, 5),
  ),
  {
    name: 'LogicalXor as a kernel',
    fn: ({ a, b }) => (tf.getBackend() === 'cpu' ? tf.logicalXor(a, b) : engine('LogicalXor', { a, b })),
    inputs: () => ({ a: tf.greater(random(6), 0), b: tf.greater(random(6), 0) }),
  },
  one(
    'gather in a batch, with a gradient',
    (x) => tf.gather(x, integersOf([2, 4], [0, 2, 1, 1, 0, 0, 2, 1]), 1, 1),
    () => random(2, 3, 2),
  ),
  { name: 'grayscaleToRGB', fn: ({ x }) => tf.image.grayscaleToRGB(x as T3), inputs: () => ({ x: random(2, 3, 1) }) },
  {
    name: 'threshold counts',
    fn: ({ x }) => tf.bincount(x as tf.Tensor1D, tf.tensor1d([]), 3),
    inputs: () => ({ x: integers(0, 3, 20) }),
  },
];

function integersOf(shape: number[], numbers: number[]): tf.Tensor {
  return tf.tensor(numbers, shape, 'int32');
}
