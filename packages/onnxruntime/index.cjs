// @ts-check
// Finds onnxruntime's binary for this platform. It comes without an install script: onnxruntime-node's own fetches CUDA libraries from
// outside the npm registry on Linux x64, and fails where only the registry is in reach.
'use strict';

/** The version whose binaries these are; another version's would have another interface. */
const { dependencies } = require('./package.json');
const version = dependencies['onnxruntime-common'];
const minor = version.split('.').slice(0, 2).join('.');
const here = `${process.platform}-${process.arch}`;

/** @typedef {typeof import('onnxruntime-common') & { listSupportedBackends(): { name: string, bundled: boolean }[] }} Runtime */

/** Whether an error says that this very module is not installed, rather than that it is broken. @param {unknown} error @param {string} name */
function isAbsent(error, name) {
  const { code, message = '' } = /** @type {NodeJS.ErrnoException} */ (Object(error));
  return code === 'MODULE_NOT_FOUND' && (message.includes(`'${name}'`) || message.includes(`'${name}/package.json'`));
}

/** The modules to try, in order. @returns {{ name: string, load(): Runtime }[]} */
function candidates() {
  return [
    // Somebody who installs onnxruntime-node of this version wants its CUDA libraries. Two copies in one process do not get along.
    { name: 'onnxruntime-node', load: sameVersion },
    { name: `@gpt-talker/onnxruntime-${here}`, load: () => require(`@gpt-talker/onnxruntime-${here}`) },
    // A tarball that `npm pack` made in the repository holds the binaries itself.
    { name: './platform/dist/index.js', load: packed },
    // No binary for this platform (Alpine, macOS on Intel): WebAssembly computes everywhere, several times slower.
    { name: 'onnxruntime-web', load: webAssembly },
  ];
}

/** @returns {Runtime} */
function sameVersion() {
  // Asked before it is loaded: a library of another version would stay in the process.
  const found = require('onnxruntime-node/package.json').version;
  if (found.startsWith(`${minor}.`)) return require('onnxruntime-node');
  throw Object.assign(new Error(`there is no 'onnxruntime-node' ${minor}, only ${found}`), {
    code: 'MODULE_NOT_FOUND',
  });
}

/** @returns {Runtime} */
function packed() {
  const binaries = './platform/dist/index.js';
  return require(binaries);
}

/** @returns {Runtime} */
function webAssembly() {
  const runtime = require('onnxruntime-web');
  return { ...runtime, listSupportedBackends: () => [{ name: 'cpu', bundled: true }] };
}

/** @returns {Runtime} */
function load() {
  for (const { name, load: attempt } of candidates()) {
    try {
      return attempt();
    } catch (error) {
      if (!isAbsent(error, name)) {
        const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
        throw Object.assign(
          new Error(`${name} does not load here (${reason}); run npm install again on this machine`),
          {
            code: 'ONNXRUNTIME_BROKEN',
            cause: error,
          },
        );
      }
    }
  }
  throw Object.assign(
    new Error(
      `no onnxruntime ${minor} for ${here}; run npm install again without --omit=optional, or npm install onnxruntime-web@${version}`,
    ),
    { code: 'ONNXRUNTIME_MISSING' },
  );
}

const runtime = load();
// One by one, so that ES modules see these names.
exports.InferenceSession = runtime.InferenceSession;
exports.Tensor = runtime.Tensor;
exports.env = runtime.env;
exports.listSupportedBackends = runtime.listSupportedBackends;
exports.defaultThreads = require('./threads.cjs').defaultThreads;
