// @ts-check
// The Web Worker of a SessionHost: the same answers as in Node, from onnxruntime-web. It uses threads where the page is isolated
// (SharedArrayBuffer), and loads the build with WebGPU only where that is asked for.
import answers from './answer.cjs';
import graphs from './graph-session.cjs';

const { replyTo, setDefaults } = answers;
const { CodedError, useRuntime } = graphs;

/** @type {import('../src/session-types').SessionOptions} */
let options = {};

useRuntime({
  async load() {
    const webgpu = options.executionProviders?.includes('webgpu');
    if (webgpu && !('gpu' in navigator)) {
      throw new CodedError('execution-provider', "this browser has no WebGPU; use executionProviders ['cpu']");
    }
    try {
      const ort = webgpu ? await import('onnxruntime-web/webgpu') : await import('onnxruntime-web/wasm');
      ort.env.wasm.proxy = false;
      ort.env.wasm.numThreads = globalThis.crossOriginIsolated
        ? (options.intraOpThreads ?? Math.min(4, Math.ceil(navigator.hardwareConcurrency / 2)))
        : 1;
      return {
        ...ort,
        listSupportedBackends: () => [
          { name: 'cpu', bundled: true },
          { name: 'webgpu', bundled: true },
        ],
      };
    } catch (error) {
      throw new CodedError(
        'onnxruntime',
        `onnxruntime-web cannot be loaded (${/** @type {Error} */ (error).message}); serve its files beside the page`,
      );
    }
  },
});

addEventListener('message', async (/** @type {MessageEvent} */ { data }) => {
  if ('options' in data && !('operation' in data)) {
    options = data.options;
    setDefaults(options);
    return;
  }
  const { reply, transfer } = await replyTo(data);
  postMessage(data.operation === 'close' ? { ...reply, closed: true } : reply, { transfer });
});
