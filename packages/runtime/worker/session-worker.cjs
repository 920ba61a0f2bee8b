// @ts-check
// The worker thread of a SessionHost: answers one request at a time.
// onnxruntime computes synchronously, so wherever it runs, that thread's event loop stands still; here nobody waits for it.
'use strict';

const { parentPort, workerData } = require('node:worker_threads');
require('./node-runtime.cjs');
const { replyTo, setDefaults } = require('./answer.cjs');

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);
setDefaults(workerData.options);

port.on('message', async (/** @type {import('../src/worker-protocol').Request} */ request) => {
  const { reply, transfer } = await replyTo(request);
  port.postMessage(reply, transfer);
  if (request.operation === 'close') port.close();
});
