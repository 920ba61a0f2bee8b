// Parameters live in TensorFlow.js tensors, so some backend must be there even where onnxruntime does the computing: the plain
// one, unless the program has registered another before.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

/** Makes sure that TensorFlow.js can hold tensors; keeps a backend that is already active. */
export function ensureBackend(): void {
  // The plain backend otherwise advises, on the standard error, to install another one.
  tf.env().set('PROD', true);
}
