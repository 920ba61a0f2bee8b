// Takes tasks with the built package: node test/run-queue-worker.mjs OPTIONS-AS-JSON. Says each task; prints the error and its code.
import { runQueueWorker } from '../dist/index.js';

const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
try {
  const onTask = ({ step, turns }) => console.log(`${step} ${turns}`);
  await runQueueWorker({ modules: true, onTask, signal: stop.signal, ...JSON.parse(process.argv[2]) });
} catch (error) {
  console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message }));
  process.exitCode = 2;
}
