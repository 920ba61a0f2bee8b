// TensorFlow.js's plain JavaScript backend reads and writes every number of a slice by its coordinates, which takes up to 5 µs each: of the
// minutes that a full-size model would take eagerly, most. This copies rows.
import * as tf from '@tensorflow/tfjs-core';

const BACKEND = 'cpu';

interface CpuBackend {
  data: { get(dataId: object): { values: tf.TypedArray } };
  makeTensorInfo(shape: number[], dtype: tf.DataType, values: tf.TypedArray): tf.TensorInfo;
}

/** Computes with slices that are copied by rows; afterwards the backend is as it was. Not for what is asynchronous. */
export function withQuickSlices<Result>(work: () => Result): Result {
  const usual = tf.getBackend() === BACKEND ? tf.getKernel(tf.Slice, BACKEND) : undefined;
  if (!usual) return work();
  const replace = (kernelFunc: tf.KernelFunc) => {
    tf.unregisterKernel(tf.Slice, BACKEND);
    tf.registerKernel({ ...usual, kernelFunc });
  };
  replace((parameters) => quickSlice(parameters) ?? usual.kernelFunc(parameters));
  try {
    return work();
  } finally {
    replace(usual.kernelFunc);
  }
}

/** Undefined for what the backend may do: complex numbers, strings, and slices that need no copy. */
function quickSlice({ inputs, attrs, backend }: Parameters<tf.KernelFunc>[0]): tf.TensorInfo | undefined {
  const x = inputs.x as tf.Tensor;
  const { begin, size } = attrs as unknown as tf.SliceAttrs;
  if (x.dtype === 'complex64' || x.dtype === 'string') return undefined;
  const [from, counts] = tf.slice_util.parseSliceParams(x, begin, size);
  tf.slice_util.assertParamsValid(x, from, counts);
  if (x.rank === 0 || tf.slice_util.isSliceContinous(x.shape, from, counts)) return undefined;
  const { data, makeTensorInfo } = backend as CpuBackend;
  const values = data.get(x.dataId).values;
  const strides = [...tf.util.computeStrides(x.shape), 1];
  const taken = new (values.constructor as Float32ArrayConstructor)(tf.util.sizeFromShape(counts));
  const last = x.rank - 1;
  let filled = 0;
  const copy = (axis: number, offset: number): void => {
    const start = offset + from[axis] * strides[axis];
    if (axis === last) {
      for (let column = 0; column < counts[last]; column++) taken[filled++] = values[start + column];
    } else for (let index = 0; index < counts[axis]; index++) copy(axis + 1, start + index * strides[axis]);
  };
  copy(0, 0);
  return makeTensorInfo.call(backend, counts, x.dtype, taken);
}
