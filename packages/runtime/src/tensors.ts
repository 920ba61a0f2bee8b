// The only tensor that crosses this package's border: a plain object, so that it can be posted between threads, written as
// JSON-like test data, and read without knowing onnxruntime.

/** Element types that graphs of this project use. `float16` data are raw half-precision bits. */
export type TensorType = 'float32' | 'int32' | 'int64' | 'bool' | 'uint8' | 'int8' | 'float16';

/** float32 → Float32Array, int32 → Int32Array, int64 → BigInt64Array, bool and uint8 → Uint8Array, int8 → Int8Array, float16 → Uint16Array. */
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array | Int8Array | Uint16Array;

export interface HostTensor {
  readonly type: TensorType;
  /** Row-major values; as many as the product of `dims`. */
  readonly data: TensorData;
  readonly dims: readonly number[];
}

/** Name, element type and shape of a graph's input or output; a string is a symbolic length. */
export interface ValueInfo {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly (number | string)[];
}

/** How many elements a tensor of this shape has; 1 for a scalar. */
export function elementCount(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}

function checked(type: TensorType, data: TensorData, dims: readonly number[] | undefined): HostTensor {
  const shape = dims ?? [data.length];
  if (elementCount(shape) !== data.length) {
    throw new RangeError(
      `a tensor of shape [${shape}] has ${elementCount(shape)} values, but ${data.length} were given`,
    );
  }
  return { type, data, dims: shape };
}

/** A float32 tensor; one-dimensional where `dims` is left out. A Float32Array is used as it is, anything else is copied. */
export function float32(data: Float32Array | readonly number[], dims?: readonly number[]): HostTensor {
  return checked('float32', data instanceof Float32Array ? data : Float32Array.from(data), dims);
}

/** An int32 tensor; one-dimensional where `dims` is left out. An Int32Array is used as it is, anything else is copied. */
export function int32(data: Int32Array | readonly number[], dims?: readonly number[]): HostTensor {
  return checked('int32', data instanceof Int32Array ? data : Int32Array.from(data), dims);
}

/** An int64 tensor; one-dimensional where `dims` is left out. Numbers are converted to big integers. */
export function int64(data: BigInt64Array | readonly (number | bigint)[], dims?: readonly number[]): HostTensor {
  return checked('int64', data instanceof BigInt64Array ? data : BigInt64Array.from(data as number[], BigInt), dims);
}
