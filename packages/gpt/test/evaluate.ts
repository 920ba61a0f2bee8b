// One function of tensors, computed in the two ways that the model is used: eagerly by TensorFlow.js, and traced by onnxruntime.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { HostTensor } from '@gpt-talker/runtime';
import { compile, registerGradients, trace } from '@gpt-talker/tfjs-onnx';

registerGradients();
tf.enableProdMode();

export type TensorFunction = (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>;
export type Evaluate = (
  run: TensorFunction,
  inputs: Record<string, HostTensor>,
) => Promise<Record<string, Float32Array>>;

const eager: Evaluate = async (run, inputs) => {
  const outputs = tf.tidy(() =>
    run(
      Object.fromEntries(
        Object.entries(inputs).map(([name, { data, dims, type }]) => [
          name,
          tf.tensor(data as Float32Array, [...dims], type as 'float32'),
        ]),
      ),
    ),
  );
  const values = Object.fromEntries(
    Object.entries(outputs).map(([name, tensor]) => [name, tensor.dataSync() as Float32Array]),
  );
  tf.dispose(outputs);
  return values;
};

const traced: Evaluate = async (run, inputs) => {
  const specs = Object.entries(inputs).map(([name, { dims, type }]) => ({
    name,
    shape: dims,
    dtype: type as 'float32',
  }));
  const compiled = await compile(trace(run, specs), { intraOpThreads: 1 });
  try {
    const outputs = await compiled.run(inputs);
    return Object.fromEntries(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]));
  } finally {
    await compiled.dispose();
  }
};

export const EVALUATIONS: [string, Evaluate][] = [
  ['eager', eager],
  ['traced', traced],
];
