// Runs a function of tensors as it will run in training and synthesis: traced into a graph, computed by onnxruntime.
import type * as tf from '@tensorflow/tfjs-core';
import { compile, trace, type CompiledFunction, type InputSpec, type TracedFunction } from '@gpt-talker/tfjs-onnx';
import { type HostTensor } from '@gpt-talker/runtime';

export function hostTensor(tensor: tf.Tensor): HostTensor {
  return { type: tensor.dtype as 'float32' | 'int32', data: tensor.dataSync() as Float32Array, dims: tensor.shape };
}

export function feedsOf(tensors: Record<string, tf.Tensor>): Record<string, HostTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, hostTensor(tensor)]));
}

/** Traces `fn` at the shapes of `tensors`, runs it on them. */
export async function runTraced(
  fn: TracedFunction,
  tensors: Record<string, tf.Tensor>,
): Promise<Record<string, HostTensor>> {
  const specs = Object.entries(tensors).map(([name, { shape, dtype }]): InputSpec => ({
    name,
    shape,
    dtype: dtype as 'float32' | 'int32',
  }));
  const compiled: CompiledFunction = await compile(trace(fn, specs), { intraOpThreads: 1 });
  try {
    return await compiled.run(feedsOf(tensors));
  } finally {
    await compiled.dispose();
  }
}
