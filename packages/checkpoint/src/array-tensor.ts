// A tensor as plain data: what checkpoint files are read into and written from. No TensorFlow.js here.

/** The element types that checkpoint files store. */
export type StoredType =
  | 'float64'
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint64'
  | 'uint32'
  | 'uint16'
  | 'uint8'
  | 'bool';

/** Values in memory: all floats are float32; integers are int32 (larger ones are refused); bytes and booleans are bytes. */
export type ArrayData = Float32Array | Int32Array | Uint8Array;

/** A dense row-major tensor. `dtype` is how a file stores the values, `data` is how they are held here. */
export interface ArrayTensor {
  shape: number[];
  dtype: StoredType;
  data: ArrayData;
}

/** True for what the checkpoint readers make of a tensor, as opposed to the containers around it. */
export function isArrayTensor(value: unknown): value is ArrayTensor {
  if (typeof value !== 'object' || value === null) return false;
  // A dict of a pickle has no prototype, and so cannot pass for a tensor.
  if (Object.getPrototypeOf(value) === null) return false;
  const { shape, dtype, data } = value as Partial<ArrayTensor>;
  return Array.isArray(shape) && typeof dtype === 'string' && ArrayBuffer.isView(data);
}
