// Starts the worker thread from its code, which the build holds as text: no file has to lie beside the bundle.
import { Worker } from 'node:worker_threads';
import code from '../worker/session-worker.cjs?script';
import { moduleLocations } from './module-locations';
import type { HostOptions } from './session-types';
import { portOf, WORKER_SETTINGS } from './start-worker';
import type { WorkerPort } from './worker-port';

export { absoluteLocation } from './start-worker';

export function startWorker({ createWorker: _, ...options }: HostOptions): WorkerPort {
  const workerData = { options, locations: moduleLocations() };
  return portOf(new Worker(code, { ...WORKER_SETTINGS, eval: true, workerData }));
}
