/** Under which name the recording backend is known to TensorFlow.js. */
export const BACKEND_NAME = 'onnx';
