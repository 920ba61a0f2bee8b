// All kernels of the recording backend, by tfjs kernel name.
import { ELEMENTWISE_KERNELS } from './elementwise';
import { IMAGE_KERNELS } from './image';
import { INDEXING_KERNELS } from './indexing';
import { type KernelTable } from './kernel';
import { MATRIX_KERNELS } from './matrix';
import { REDUCTION_KERNELS } from './reduction';
import { SHAPE_KERNELS } from './shape';

export const KERNELS: KernelTable = {
  ...ELEMENTWISE_KERNELS,
  ...REDUCTION_KERNELS,
  ...SHAPE_KERNELS,
  ...MATRIX_KERNELS,
  ...INDEXING_KERNELS,
  ...IMAGE_KERNELS,
};
