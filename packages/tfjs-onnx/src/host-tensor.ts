// Tensors as plain objects: what goes into a compiled graph and comes out of it. No class and no package is needed to make one.
import type * as tf from '@tensorflow/tfjs-core';

import { TraceError } from './errors';
import { elementCount, type ElementData, type ElementType, type GraphPort } from './graph';

type DataOf = { readonly float32: Float32Array; readonly int32: Int32Array; readonly bool: Uint8Array };

/** A tensor outside of any graph. float32 → Float32Array, int32 → Int32Array, int64 → BigInt64Array, bool and uint8 → Uint8Array. */
export interface HostTensor {
  readonly type: ElementType;
  /** Row-major; as many as the product of `dims`. */
  readonly data: ElementData;
  readonly dims: readonly number[];
}

type Typed<Type extends keyof DataOf> = HostTensor & { readonly type: Type; readonly data: DataOf[Type] };

function typed<Type extends keyof DataOf>(type: Type, data: DataOf[Type], dims: readonly number[]): Typed<Type> {
  if (dims.some((length) => !Number.isInteger(length) || length < 0))
    throw new TraceError('invalid-argument', `[${dims}] is no shape; give whole numbers from 0 on`);
  if (data.length !== elementCount(dims))
    throw new TraceError(
      'invalid-argument',
      `${data.length} numbers make no tensor of shape [${dims}], which has ${elementCount(dims)}`,
    );
  return { type, data, dims } as Typed<Type>;
}

/**
 * Numbers as a tensor of floats.
 * @param dims default: one axis
 * @throws TraceError where the shape has not as many elements as there are numbers
 */
export function float32(data: ArrayLike<number>, dims: readonly number[] = [data.length]): Typed<'float32'> {
  return typed('float32', data instanceof Float32Array ? data : Float32Array.from(data), dims);
}

/** Numbers as a tensor of whole numbers; see {@link float32}. */
export function int32(data: ArrayLike<number>, dims: readonly number[] = [data.length]): Typed<'int32'> {
  return typed('int32', data instanceof Int32Array ? data : Int32Array.from(data), dims);
}

/** Truth values as a tensor; see {@link float32}. */
export function bool(data: ArrayLike<boolean | number>, dims: readonly number[] = [data.length]): Typed<'bool'> {
  return typed('bool', data instanceof Uint8Array ? data : Uint8Array.from(data as ArrayLike<number>, Number), dims);
}

/** A TensorFlow.js tensor's numbers. */
export function fromTensor(tensor: tf.Tensor): HostTensor {
  if (tensor.dtype !== 'float32' && tensor.dtype !== 'int32' && tensor.dtype !== 'bool')
    throw new TraceError('invalid-argument', `a tensor of type ${tensor.dtype} goes into no graph`);
  return typed(tensor.dtype, tensor.dataSync() as never, tensor.shape);
}

/** What is wrong with a tensor for a port of a graph, in words; undefined where it fits. Symbolic lengths are remembered in `lengths`. */
export function misfit(
  tensor: HostTensor,
  { type, dims }: Pick<GraphPort, 'type' | 'dims'>,
  lengths: Map<string, number>,
): string | undefined {
  if (tensor.type !== type) return `is ${tensor.type}, the graph takes ${type}`;
  const shape = `has the shape [${tensor.dims}], the graph takes [${dims.map((length) => length ?? '?')}]`;
  if (tensor.dims.length !== dims.length) return shape;
  for (const [axis, length] of dims.entries()) {
    const given = tensor.dims[axis];
    if (typeof length === 'number' && given !== length) return shape;
    if (typeof length !== 'string' || !/^\w+$/.test(length)) continue;
    const known = lengths.get(length) ?? given;
    if (known !== given) return `${shape}, and ${length} is ${known} elsewhere`;
    lengths.set(length, given);
  }
  const count = elementCount(tensor.dims);
  if (tensor.data.length !== count)
    return `holds ${tensor.data.length} numbers, its shape [${tensor.dims}] has ${count}`;
  return undefined;
}
