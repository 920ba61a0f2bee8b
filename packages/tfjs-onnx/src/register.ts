// Registers the recording backend with TensorFlow.js when it is first needed, and makes it active for the time of a trace.
// Nothing happens at import: a program that only imports this package sees no new backend.
import * as tf from '@tensorflow/tfjs-core';

import { RecordingBackend } from './backend';
import { BACKEND_NAME } from './backend-name';
import { registerGradients } from './gradients/index';
import { withComplexInputs } from './kernels/complex';
import { KERNELS } from './kernels/index';
import { type Kernel, kernelFunction } from './kernels/kernel';

let backend: RecordingBackend | undefined;

// Below every real backend, so that tfjs never picks it by itself.
const PRIORITY = -1;

function theBackend(): RecordingBackend {
  if (!backend) throw new Error('the recording backend is used before it is registered');
  return backend;
}

/** The backend, registered if it was not. */
export function recordingBackend(): RecordingBackend {
  if (backend && tf.findBackendFactory(BACKEND_NAME)) return backend;
  const created = (backend = new RecordingBackend());
  tf.registerBackend(BACKEND_NAME, () => created, PRIORITY);
  for (const [name, kernel] of Object.entries(KERNELS)) registerKernel(name, withComplexInputs(name, kernel));
  return created;
}

/** Adds a kernel to the recording backend, unless it has one of that name. */
export function registerKernel(name: string, kernel: Kernel): void {
  if (tf.getKernel(name, BACKEND_NAME)) return;
  tf.registerKernel({
    kernelName: name,
    backendName: BACKEND_NAME,
    kernelFunc: kernelFunction(name, kernel, theBackend),
  });
}

/** Is a trace running, that is, will ops that are called now be recorded? */
export function isTracing(): boolean {
  return backend !== undefined && backend.isRecording && tf.engine().backendName === BACKEND_NAME;
}

/** Runs `body` with the recording backend active; whatever was active before is active again afterwards, error or not. */
export function withRecordingBackend<T>(body: (backend: RecordingBackend) => T): T {
  const engine = tf.engine();
  const before = engine.backendName;
  const recording = recordingBackend();
  registerGradients();
  // setBackend is declared asynchronous, but is done when it returns where, as here, the backend needs no waiting.
  void engine.setBackend(BACKEND_NAME);
  try {
    return body(recording);
  } finally {
    if (before) void engine.setBackend(before);
    else tf.removeBackend(BACKEND_NAME);
  }
}
