// Kernels that move blocks of space into the batch or out of the channels: reshaping and transposing.
import * as tf from '@tensorflow/tfjs-core';

import { type Kernel, type KernelTable } from './kernel';
import { cut, padded } from './shape';

const spaceToBatch: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const { blockShape, paddings } = attributes as { blockShape: number[]; paddings: [number, number][] };
  const size = blockShape.reduce((a, b) => a * b, 1);
  const amounts = x.shape.map((_, axis): [number, number] => paddings[axis - 1] ?? [0, 0]);
  const filled = padded(builder, materialize(x), amounts);
  const { getReshaped, getPermuted, getReshapedPermuted } = tf.backend_util;
  const apart = getReshaped([...filled.shape], blockShape, size, false);
  const moved = builder.transpose(builder.reshape(filled, apart), getPermuted(apart.length, blockShape.length, false));
  return builder.reshape(moved, getReshapedPermuted([...filled.shape], blockShape, size, false));
};

const batchToSpace: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const { blockShape, crops } = attributes as { blockShape: number[]; crops: number[][] };
  const size = blockShape.reduce((a, b) => a * b, 1);
  const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;
  const apart = getReshaped([...x.shape], blockShape, size);
  const moved = builder.transpose(builder.reshape(materialize(x), apart), getPermuted(apart.length, blockShape.length));
  const shape = getReshapedPermuted([...x.shape], blockShape, size);
  // tfjs leaves out the axes behind the blocks.
  const rest = shape.slice(blockShape.length + 1);
  const begin = [...getSliceBeginCoords(crops, blockShape.length), ...rest.map(() => 0)];
  const kept = [...getSliceSize(shape, crops, blockShape.length), ...rest];
  return cut(builder, builder.reshape(moved, shape), begin, kept);
};

const depthToSpace: Kernel = ({ builder, inputs: { x }, attributes, materialize }) => {
  const { blockSize: block, dataFormat } = attributes as { blockSize: number; dataFormat: 'NHWC' | 'NCHW' };
  const value = materialize(x);
  if (dataFormat === 'NCHW') {
    const [batch, channels, height, width] = x.shape;
    const apart = builder.reshape(value, [batch, block, block, channels / block ** 2, height, width]);
    const moved = builder.transpose(apart, [0, 3, 4, 1, 5, 2]);
    return builder.reshape(moved, [batch, channels / block ** 2, height * block, width * block]);
  }
  const [batch, height, width, channels] = x.shape;
  const apart = builder.reshape(value, [batch, height, width, block, block, channels / block ** 2]);
  const moved = builder.transpose(apart, [0, 1, 3, 2, 4, 5]);
  return builder.reshape(moved, [batch, height * block, width * block, channels / block ** 2]);
};

export const BLOCK_KERNELS: KernelTable = {
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
};
