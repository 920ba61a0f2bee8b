// Starts the Web Worker of a SessionHost: dist/browser/worker.js or worker-webgpu.js, which bundlers find by these very expressions.
import { RuntimeError } from './errors';
import type { HostOptions } from './session-types';
import type { WorkerPort } from './worker-port';

/** A page's worker is told its options by its first message. */
export function startWorker({ createWorker, workerAddress, ...options }: HostOptions): WorkerPort {
  const worker = createWorker ? (createWorker() as Worker) : openWorker(options, workerAddress);
  worker.postMessage({
    options: { ...options, wasmAddress: options.wasmAddress && absoluteLocation(options.wasmAddress) },
  });
  return {
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onError: (listener) =>
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        listener(
          new Error(
            event.message ||
              'its script cannot be loaded; serve it beside the page, or say where it is with workerAddress',
          ),
        );
      }),
    // A page's worker never ends by itself, but when it has been told to close.
    onEnd: (listener) =>
      worker.addEventListener('message', ({ data }) => data?.closed && (worker.terminate(), listener())),
    ref: () => undefined,
    unref: () => undefined,
    terminate: async () => worker.terminate(),
  };
}

function openWorker({ executionProviders }: HostOptions, address: string | undefined): Worker {
  if (typeof Worker !== 'function') {
    throw new RuntimeError('worker', 'this browser has no Web Workers; use another one');
  }
  try {
    if (address !== undefined) return new Worker(absoluteLocation(address), { type: 'module', name: 'onnxruntime' });
    return executionProviders?.includes('webgpu')
      ? new Worker(new URL('./worker-webgpu.js', import.meta.url), { type: 'module', name: 'onnxruntime' })
      : new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'onnxruntime' });
  } catch (error) {
    throw new RuntimeError(
      'worker',
      `the worker's script cannot be started (${(error as Error).message}); serve it from the page's own origin`,
      { cause: error },
    );
  }
}

/** Addresses as fetch takes them from another thread. */
export function absoluteLocation(address: string): string {
  return new URL(address, globalThis.location?.href).href;
}
