// The TensorFlow.js backend named "onnx": its tensors have no values, only a place in the graph that is being recorded.
// tfjs differentiates above its backends, so gradients and optimisers are recorded like everything else.
import * as tf from '@tensorflow/tfjs-core';

import { callSite, captureStack } from './call-site';
import { TraceError } from './errors';
import { elementCount, type ElementData, type ElementType, type Value } from './graph';
import { type GraphBuilder, sameShape, typedArray } from './graph-builder';

/**
 * What a tensor's data id stands for. `value` may have axes of length one, or fewer axes, where `shape` has longer ones: such
 * a tensor is repeated only when an op needs it whole. Gradients of sums would otherwise fill whole tables with ones.
 */
export interface Entry {
  readonly value: Value;
  readonly shape: readonly number[];
  /** Of complex tensors, whose `value` is the real part. Both have the tensor's shape. */
  readonly imaginary?: Value;
}

/** Constants taken from tensors of other backends. Shared by the recordings of one trace, so that each is taken once. */
export class CapturedConstants {
  private readonly byDataId = new WeakMap<object, Map<string, Value>>();
  private readonly names = new WeakMap<object, string>();
  private readonly complex = new WeakMap<object, Entry>();

  constructor(named: Readonly<Record<string, tf.Tensor>> = {}) {
    for (const [name, tensor] of Object.entries(named)) this.names.set(tensor.dataId, name);
  }

  take(tensor: tf.TensorInfo): Value {
    const key = tensor.shape.join();
    let shapes = this.byDataId.get(tensor.dataId);
    if (!shapes) this.byDataId.set(tensor.dataId, (shapes = new Map()));
    const known = shapes.get(key);
    if (known) return known;
    const [sibling] = shapes.values();
    const type = elementType(tensor.dtype);
    const data = sibling?.data ?? readFrom(tensor, type);
    const value: Value = {
      type,
      shape: [...tensor.shape],
      data,
      name: sibling ? undefined : this.names.get(tensor.dataId),
    };
    shapes.set(key, value);
    return value;
  }

  /** tfjs reads complex tensors with the parts of each number side by side. */
  takeComplex(tensor: tf.TensorInfo): Entry {
    const known = this.complex.get(tensor.dataId);
    if (known) return known;
    const numbers = readFrom(tensor, 'float32') as Float32Array;
    const part = (offset: number): Value => ({
      type: 'float32',
      shape: [...tensor.shape],
      data: Float32Array.from({ length: numbers.length / 2 }, (_, i) => numbers[2 * i + offset]),
    });
    const entry = { value: part(0), imaginary: part(1), shape: tensor.shape };
    this.complex.set(tensor.dataId, entry);
    return entry;
  }
}

function readFrom(tensor: tf.TensorInfo, type: ElementType): ElementData {
  const owner = tf.engine().state.tensorInfo.get(tensor.dataId)?.backend;
  if (!owner) {
    throw new TraceError(
      'invalid-argument',
      `a tensor of shape [${tensor.shape}] was disposed before the traced function used it; keep it until trace returns`,
    );
  }
  const values = owner.readSync(tensor.dataId) as ArrayLike<number>;
  return ArrayBuffer.isView(values) ? (values as unknown as ElementData) : typedArray(type, values);
}

/** The ONNX type of a tfjs type. */
export function elementType(dtype: tf.DataType): ElementType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new TraceError('unsupported-op', `tensors of type ${dtype} cannot be recorded; use float32, int32 or bool`);
}

interface Active {
  readonly builder: GraphBuilder;
  readonly constants: CapturedConstants;
}

export class RecordingBackend extends tf.KernelBackend {
  private entries = new WeakMap<object, Entry>();
  private active: Active | undefined;
  private dataIds = 0;

  /** Runs `body` while everything that tfjs computes goes to `builder`. */
  recording<T>(builder: GraphBuilder, constants: CapturedConstants, body: () => T): T {
    const outer = this.active;
    this.active = { builder, constants };
    try {
      return body();
    } finally {
      this.active = outer;
    }
  }

  get isRecording(): boolean {
    return this.active !== undefined;
  }

  get builder(): GraphBuilder {
    return this.current.builder;
  }

  private get current(): Active {
    if (this.active) return this.active;
    throw new TraceError(
      'invalid-argument',
      'the tfjs backend "onnx" records only inside trace(); choose another backend to compute',
    );
  }

  /** The tensor's value, which may be smaller than the tensor (see {@link Entry}). */
  compact(tensor: tf.TensorInfo): Value {
    const entry = this.entries.get(tensor.dataId);
    if (entry) return entry.value;
    if (tensor.dtype === 'complex64') return this.current.constants.takeComplex(tensor).value;
    return this.current.constants.take(tensor);
  }

  /** The tensor's value with exactly the tensor's shape. */
  materialize(tensor: tf.TensorInfo): Value {
    const value = this.compact(tensor);
    return sameShape(value.shape, tensor.shape) ? value : this.builder.expand(value, tensor.shape);
  }

  /** The imaginary part of a complex tensor, with exactly the tensor's shape. */
  imaginary(tensor: tf.TensorInfo): Value | undefined {
    if (tensor.dtype !== 'complex64') return undefined;
    const entry = this.entries.get(tensor.dataId);
    const { imaginary } = entry ?? this.current.constants.takeComplex(tensor);
    return imaginary && this.builder.reshape(imaginary, tensor.shape);
  }

  complexTensor(real: Value, imaginary: Value): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, { value: real, shape: real.shape, imaginary });
    this.dataIds++;
    return { dataId, shape: [...real.shape], dtype: 'complex64' };
  }

  /** A new tensor that stands for `value`, read as having `shape`. */
  tensor(value: Value, shape: readonly number[] = value.shape): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, { value, shape });
    this.dataIds++;
    return { dataId, shape: [...shape], dtype: value.type as tf.DataType };
  }

  /** tfjs calls this for tensors made from numbers inside the traced function. */
  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): object {
    const type = elementType(dtype);
    const numbers = values as unknown as ArrayLike<number>;
    const count = elementCount(shape);
    const uniform = count > 1 && isUniform(numbers, count);
    const value: Value = uniform
      ? this.builder.scalar(numbers[0], type)
      : this.builder.constant(typedArray(type, numbers), [...shape], type);
    const dataId = {};
    this.entries.set(dataId, { value, shape: [...shape] });
    this.dataIds++;
    return dataId;
  }

  override readSync(dataId: object): tf.BackendValues {
    const entry = this.entries.get(dataId);
    const data = entry?.value.data;
    if (!entry || !data || entry.value.type === 'int64') {
      throw new TraceError(
        'symbolic-read',
        `the traced function reads the values of a tensor at ${callSite(captureStack(this.readSync))}, but values exist only when the graph runs; ` +
          'compute with tfjs ops instead, or return the tensor as an output',
      );
    }
    if (data.length === elementCount(entry.shape)) return data as tf.BackendValues;
    return typedArray(entry.value.type, new Array(elementCount(entry.shape)).fill(Number(data[0]))) as tf.BackendValues;
  }

  override async read(dataId: object): Promise<tf.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: object): boolean {
    if (this.entries.delete(dataId)) this.dataIds--;
    return true;
  }

  override numDataIds(): number {
    return this.dataIds;
  }

  override refCount(): number {
    return 1;
  }

  override incRef(): void {}

  decRef(): void {}

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override timerAvailable(): boolean {
    return false;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override dispose(): void {
    this.entries = new WeakMap();
  }
}

function isUniform(values: ArrayLike<number>, count: number): boolean {
  const first = values[0];
  for (let i = 1; i < count; i++) if (values[i] !== first) return false;
  return !Number.isNaN(first);
}
