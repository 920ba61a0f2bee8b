// Tensors over storages, as torch pickles describe them: a flat storage that may be shared, an offset, a shape and strides. The values are
// filled in after the pickle has been read, because a legacy file brings the storages behind it.
import { type ArrayData, type ArrayTensor, type StoredType } from './array-tensor';
import { CheckpointError } from './errors';
import { countOf, isCount, isCountList, rowMajorStrides } from './shapes';
import { decodeValues, heldBytes, STORED_BYTES } from './stored-values';

/** A storage that a pickle refers to by key. */
export class StorageReference {
  constructor(
    readonly key: string,
    readonly dtype: StoredType,
    /** Elements in the whole storage. */
    readonly length: number,
    /** Where a view of it begins. */
    readonly viewOffset: number,
  ) {}
}

/** Gives the bytes of a storage. */
export type StorageReader = (storage: StorageReference) => Uint8Array;

interface TensorPlan {
  storage: StorageReference;
  offset: number;
  shape: number[];
  strides: number[];
}

/** Memory may be at most this many times the file's size: int8 takes four bytes here, some tensors share or repeat a storage. */
const LARGEST_GROWTH = 16;
const GROWTH_ALLOWANCE_BYTES = 1 << 20;

/** Collects the tensors of one file and fills them when the storages are at hand. */
export class TensorBuilder {
  readonly #plans: { plan: TensorPlan; tensor: ArrayTensor }[] = [];
  readonly #budgetBytes: number;

  constructor(
    private readonly source: string,
    fileBytes: number,
  ) {
    this.#budgetBytes = LARGEST_GROWTH * fileBytes + GROWTH_ALLOWANCE_BYTES;
  }

  /** `torch._utils._rebuild_tensor_v2`: a tensor without its values yet. @throws CheckpointError `damaged` */
  plan(storage: unknown, offset: unknown, shape: unknown, strides: unknown): ArrayTensor {
    if (!(storage instanceof StorageReference) || !isCount(offset) || !isCountList(shape) || !isCountList(strides)) {
      throw this.#broken('a tensor is described wrongly');
    }
    if (shape.length !== strides.length) throw this.#broken('a tensor has wrong axes');
    const plan = { storage, offset: storage.viewOffset + offset, shape: [...shape], strides: [...strides] };
    const last = plan.shape.reduce((index, length, axis) => index + (length - 1) * plan.strides[axis], plan.offset);
    if (!plan.shape.includes(0) && !(last < storage.length)) throw this.#broken('a tensor reaches beyond its storage');
    const tensor: ArrayTensor = { shape: [...shape], dtype: storage.dtype, data: new Uint8Array() };
    this.#plans.push({ plan, tensor });
    return tensor;
  }

  /** Reads the values of all tensors. Equal views of a storage share their array. @throws CheckpointError */
  fill(read: StorageReader): void {
    let heldTotal = 0;
    const known = new Map<string, ArrayData>();
    for (const { plan, tensor } of this.#plans) {
      const { storage, offset, shape, strides } = plan;
      const identity = JSON.stringify([storage.key, storage.dtype, offset, shape, strides]);
      let data = known.get(identity);
      if (!data) {
        heldTotal += countOf(shape) * Math.max(heldBytes(storage.dtype), STORED_BYTES[storage.dtype]);
        if (!(heldTotal <= this.#budgetBytes)) {
          throw new CheckpointError(
            'too-large',
            this.source,
            `its tensors would take over ${LARGEST_GROWTH} times the size of the file; it is not a usual checkpoint.`,
          );
        }
        data = decodeValues(this.#gather(plan, read(storage)), storage.dtype, this.source);
        known.set(identity, data);
      }
      tensor.data = data;
    }
  }

  /** The tensor's elements in row-major order. */
  #gather(plan: TensorPlan, bytes: Uint8Array): Uint8Array {
    const { storage, offset, shape, strides } = plan;
    const itemBytes = STORED_BYTES[storage.dtype];
    if (bytes.length !== storage.length * itemBytes) throw this.#broken(`storage ${storage.key} has the wrong size`);
    const count = countOf(shape);
    if (isContiguous(shape, strides)) return bytes.subarray(offset * itemBytes, (offset + count) * itemBytes);

    const gathered = new Uint8Array(count * itemBytes);
    const index = shape.map(() => 0);
    let element = offset;
    for (let target = 0; target < gathered.length; target += itemBytes) {
      for (let byte = 0; byte < itemBytes; byte++) gathered[target + byte] = bytes[element * itemBytes + byte];
      // Count up like an odometer, last axis first.
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        element += strides[axis];
        if (++index[axis] < shape[axis]) break;
        element -= index[axis] * strides[axis];
        index[axis] = 0;
      }
    }
    return gathered;
  }

  #broken(problem: string): CheckpointError {
    return new CheckpointError('damaged', this.source, `${problem}; copy or download the file again.`);
  }
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  if (shape.includes(0)) return true;
  const expected = rowMajorStrides(shape);
  return shape.every((length, axis) => length === 1 || strides[axis] === expected[axis]);
}
