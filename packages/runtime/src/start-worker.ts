// Starts the worker thread of a SessionHost from its script.
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { WorkerPort } from './worker-port';
import type { HostOptions } from './session-types';

export function startWorker({ createWorker: _, ...options }: HostOptions): WorkerPort {
  const script = path.join(__dirname, '..', 'worker', 'session-worker.cjs');
  return portOf(new Worker(script, { ...WORKER_SETTINGS, workerData: { options } }));
}

/** Without the parent's flags (loaders, inspectors): the script is plain JavaScript, and starts faster so. */
export const WORKER_SETTINGS = { execArgv: [], name: 'onnxruntime' };

/** A Node worker as a SessionHost sees it. */
export function portOf(worker: Worker): WorkerPort {
  worker.unref();
  return {
    post: (request) => worker.postMessage(request),
    onReply: (listener) => void worker.on('message', listener),
    onError: (listener) => void worker.on('error', listener),
    onEnd: (listener) => void worker.on('exit', listener),
    ref: () => worker.ref(),
    unref: () => worker.unref(),
    terminate: async () => void (await worker.terminate()),
  };
}

/** Files as onnxruntime takes them from another thread. */
export function absoluteLocation(file: string): string {
  return path.resolve(file);
}
