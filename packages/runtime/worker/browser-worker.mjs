// @ts-check
// The Web Worker of a SessionHost: the same answers as in Node, from onnxruntime-web. It uses threads where the page is isolated
// (SharedArrayBuffer). Two scripts import it, with a build of onnxruntime-web each, so that a page fetches only what it uses, and no
// bundler has to split a worker's script.
import answers from './answer.cjs';
import graphs from './graph-session.cjs';
import web from './web-runtime.cjs';

const { replyTo, setDefaults } = answers;
const { CodedError, PROBE_MODEL, useRuntime } = graphs;
const MOST_THREADS = 4;

/**
 * @param {import('onnxruntime-common')} ort
 * @param {{ providers: string[] }} has
 */
export function serve(ort, { providers }) {
  // onnxruntime starts its own threads with this very script, and receives their messages itself.
  if (globalThis.name?.startsWith('em-pthread')) return;

  /** @type {import('../src/session-types').HostOptions} */
  let options = {};

  useRuntime({
    async load() {
      if (options.runtime === 'native') {
        throw new CodedError('onnxruntime', "a page cannot load the native runtime; use runtime 'wasm'");
      }
      if (options.executionProviders?.includes('webgpu') && !('gpu' in navigator)) {
        throw new CodedError('execution-provider', "this browser has no WebGPU; use executionProviders ['cpu']");
      }
      const threads = globalThis.crossOriginIsolated
        ? (options.intraOpThreads ?? Math.min(MOST_THREADS, Math.ceil(navigator.hardwareConcurrency / 2)))
        : 1;
      const runtime = web.webRuntime(ort, options, { threads, wasmAddress: options.wasmAddress, providers });
      try {
        // Fetches and compiles the WebAssembly: what is wrong with that is not the fault of the first graph.
        const probe = await runtime.InferenceSession.create(PROBE_MODEL, { executionProviders: ['cpu'] });
        await probe.release();
      } catch (error) {
        throw new CodedError(
          'onnxruntime',
          `onnxruntime-web's WebAssembly cannot be loaded (${reasonOf(error)}); serve its .wasm files beside the page as application/wasm, ` +
            'or say where they are with wasmAddress',
        );
      }
      return runtime;
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
}

/** @param {unknown} error */
function reasonOf(error) {
  const [line] = String(error instanceof Error ? error.message : error).split('\n');
  return line.trim();
}
