// @ts-check
// onnxruntime as Node has it: native, from the package that holds this platform's binary.
'use strict';

const fs = require('node:fs');
const { createRequire } = require('node:module');
const { workerData } = require('node:worker_threads');
const { CodedError, useRuntime } = require('./graph-session.cjs');
const { webRuntime } = require('./web-runtime.cjs');

/** A package that users install themselves. @param {string} name */
function installed(name) {
  // As the text of a build, this code lies nowhere: the thread that started it says where to look.
  const locations = [...(workerData?.locations ?? [__filename]), `${process.cwd()}/index.js`];
  for (const location of locations) {
    const from = createRequire(location);
    try {
      from.resolve(name);
    } catch {
      continue;
    }
    try {
      return from(name);
    } catch (error) {
      throw new CodedError('onnxruntime', /** @type {Error} */ (error).message);
    }
  }
  throw new CodedError('onnxruntime', `onnxruntime is not installed; npm install ${name}`);
}

useRuntime({
  load(options) {
    return options.runtime === 'wasm'
      ? webRuntime(installed('onnxruntime-web'), options)
      : installed('@gpt-talker/onnxruntime');
  },
  checkFile(path) {
    try {
      fs.accessSync(path, fs.constants.R_OK);
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      throw new CodedError('model-file', `${path}: cannot be read (${code}); check the path`);
    }
  },
});

module.exports = require('./graph-session.cjs');
