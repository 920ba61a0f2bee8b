// @ts-check
// onnxruntime-web as the rest of this package sees onnxruntime: configured before its WebAssembly is compiled, which happens once a thread.
'use strict';

/** @typedef {typeof import('@gpt-talker/onnxruntime')} Native */

/**
 * @param {import('onnxruntime-common')} ort onnxruntime-web, in one of its builds
 * @param {import('../src/session-types').SessionOptions} options
 * @param {{ threads?: number, wasmAddress?: string, providers?: string[] }} [place]
 * @returns {Native}
 */
function webRuntime(ort, options, { threads = options.intraOpThreads ?? 1, wasmAddress, providers = ['cpu'] } = {}) {
  const { wasm } = ort.env;
  // This is a thread of its own already.
  wasm.proxy = false;
  wasm.numThreads = threads;
  if (wasmAddress !== undefined) wasm.wasmPaths = wasmAddress;
  return {
    ...ort,
    listSupportedBackends: () => providers.map((name) => ({ name, bundled: true })),
    // They are WebAssembly's, and the same for all of its sessions.
    defaultThreads: () => undefined,
  };
}

module.exports = { webRuntime };
