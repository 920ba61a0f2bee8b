// The bytes of a tensor, as files store them (little-endian), to and from typed arrays.
import { type ArrayData, type StoredType } from './array-tensor';
import { CheckpointError } from './errors';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half-precision';

/** Bytes of one element in a file. */
export const STORED_BYTES: Readonly<Record<StoredType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint64: 8,
  uint32: 4,
  uint16: 2,
  uint8: 1,
  bool: 1,
};

/** Bytes of one element in memory. */
export function heldBytes(dtype: StoredType): number {
  return dtype === 'uint8' || dtype === 'bool' ? 1 : 4;
}

/**
 * Stored bytes → values. float32, int32 and bytes become views of `bytes` where their alignment allows it.
 * @throws CheckpointError `unsupported` for integers beyond 32 bits
 */
export function decodeValues(bytes: Uint8Array, dtype: StoredType, source: string): ArrayData {
  switch (dtype) {
    case 'float32':
      return new Float32Array(...aligned(bytes, 4));
    case 'float64':
      return Float32Array.from(new Float64Array(...aligned(bytes, 8)));
    case 'float16':
      return fromFloat16(new Uint16Array(...aligned(bytes, 2)));
    case 'bfloat16':
      return fromBfloat16(new Uint16Array(...aligned(bytes, 2)));
    case 'int32':
      return new Int32Array(...aligned(bytes, 4));
    case 'int16':
      return Int32Array.from(new Int16Array(...aligned(bytes, 2)));
    case 'uint16':
      return Int32Array.from(new Uint16Array(...aligned(bytes, 2)));
    case 'int8':
      return Int32Array.from(new Int8Array(...aligned(bytes, 1)));
    case 'uint32':
      return narrow(new Uint32Array(...aligned(bytes, 4)), source);
    case 'int64':
      return narrow(new BigInt64Array(...aligned(bytes, 8)), source);
    case 'uint64':
      return narrow(new BigUint64Array(...aligned(bytes, 8)), source);
    case 'uint8':
    case 'bool':
      return new Uint8Array(...aligned(bytes, 1));
  }
}

/** Values → bytes as stored: the reverse of {@link decodeValues}. */
export function encodeValues(data: ArrayData, dtype: StoredType): Uint8Array {
  switch (dtype) {
    case 'float32':
      return bytesOf(data instanceof Float32Array ? data : Float32Array.from(data));
    case 'float64':
      return bytesOf(Float64Array.from(data));
    case 'float16':
      return bytesOf(toFloat16(Float32Array.from(data)));
    case 'bfloat16':
      return bytesOf(toBfloat16(Float32Array.from(data)));
    case 'int64':
    case 'uint64':
      return bytesOf(BigInt64Array.from(Array.from(data, (value) => BigInt(value))));
    case 'int32':
    case 'uint32':
      return bytesOf(Int32Array.from(data));
    case 'int16':
    case 'uint16':
      return bytesOf(Int16Array.from(data));
    case 'int8':
    case 'uint8':
      return bytesOf(Int8Array.from(data));
    case 'bool':
      return Uint8Array.from(data, (value) => (value ? 1 : 0));
  }
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The place of `bytes` as arguments of a typed array's constructor, moved to a new buffer where it is not aligned. */
function aligned(bytes: Uint8Array, elementBytes: number): [ArrayBufferLike, number, number] {
  const length = Math.floor(bytes.byteLength / elementBytes);
  if (bytes.byteOffset % elementBytes === 0) return [bytes.buffer, bytes.byteOffset, length];
  // Not `slice`: on a Buffer that is a view again.
  return [Uint8Array.from(bytes).buffer, 0, length];
}

function narrow(values: Uint32Array | BigInt64Array | BigUint64Array, source: string): Int32Array {
  const narrowed = new Int32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    if (value < -0x80000000 || value > 0x7fffffff) {
      throw new CheckpointError(
        'unsupported',
        source,
        `the integer ${values[index]} does not fit into 32 bits; store the tensor as float64.`,
      );
    }
    narrowed[index] = value;
  }
  return narrowed;
}
