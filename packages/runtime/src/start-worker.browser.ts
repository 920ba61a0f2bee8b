// Starts the Web Worker of a SessionHost: dist/browser/worker.js, which bundlers find by this very expression.
import { RuntimeError } from './errors';
import type { SessionOptions } from './session-types';
import type { WorkerPort } from './worker-port';

/** A page's worker is told its options by its first message. */
export function startWorker(options: SessionOptions): WorkerPort {
  if (typeof Worker !== 'function') {
    throw new RuntimeError('worker', 'this browser has no Web Workers; use another one');
  }
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'onnxruntime' });
  worker.postMessage({ options });
  return {
    post: (request) => worker.postMessage(request),
    onReply: (listener) => worker.addEventListener('message', ({ data }) => listener(data)),
    onError: (listener) =>
      worker.addEventListener('error', (event) => {
        event.preventDefault();
        listener(new Error(event.message || 'its script cannot be loaded; serve worker.js beside the page'));
      }),
    // A page's worker never ends by itself, but when it has been told to close.
    onEnd: (listener) =>
      worker.addEventListener('message', ({ data }) => data?.closed && (worker.terminate(), listener())),
    ref: () => undefined,
    unref: () => undefined,
    terminate: async () => worker.terminate(),
  };
}

/** Addresses as fetch takes them from another thread. */
export function absoluteLocation(address: string): string {
  return new URL(address, globalThis.location?.href).href;
}
