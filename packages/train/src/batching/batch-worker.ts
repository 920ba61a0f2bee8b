// What the thread loads that makes batches.
import { parentPort } from 'node:worker_threads';
import { serveBatches } from './batch-server';

serveBatches(parentPort!);
