// All kernels of the recording backend, by tfjs kernel name.
import { BLOCK_KERNELS } from './blocks';
import { COMPLEX_KERNELS } from './complex';
import { CONVOLUTION_KERNELS } from './convolution';
import { DILATION_KERNELS } from './dilation';
import { ELEMENTWISE_KERNELS } from './elementwise';
import { IMAGE_KERNELS } from './image';
import { INDEXING_KERNELS } from './indexing';
import { type KernelTable } from './kernel';
import { MATRIX_KERNELS } from './matrix';
import { NORMALIZATION_KERNELS } from './normalization';
import { POOLING_KERNELS } from './pooling';
import { REDUCTION_KERNELS } from './reduction';
import { SAMPLING_KERNELS } from './picture-sampling';
import { SHAPE_KERNELS } from './shape';
import { SPARSE_KERNELS } from './sparse';

export const KERNELS: KernelTable = {
  ...ELEMENTWISE_KERNELS,
  ...REDUCTION_KERNELS,
  ...SHAPE_KERNELS,
  ...MATRIX_KERNELS,
  ...INDEXING_KERNELS,
  ...CONVOLUTION_KERNELS,
  ...POOLING_KERNELS,
  ...NORMALIZATION_KERNELS,
  ...DILATION_KERNELS,
  ...BLOCK_KERNELS,
  ...IMAGE_KERNELS,
  ...SAMPLING_KERNELS,
  ...SPARSE_KERNELS,
  ...COMPLEX_KERNELS,
};
