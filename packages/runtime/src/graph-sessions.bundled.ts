// The same in a build, which holds that code, and finds onnxruntime from wherever it lies.
import { accessSync, constants } from 'node:fs';
import graphs from '../worker/graph-session.cjs';
import web from '../worker/web-runtime.cjs';
import { RuntimeError } from './errors';
import type { GraphSessionModule } from './graph-session-module';
import { requireInstalled } from './require-installed';

graphs.useRuntime({
  load({ runtime, ...options }) {
    const name = runtime === 'wasm' ? 'onnxruntime-web' : '@gpt-talker/onnxruntime';
    const found = requireInstalled(name);
    if (!found) throw new RuntimeError('onnxruntime', `onnxruntime is not installed; npm install ${name}`);
    return runtime === 'wasm' ? web.webRuntime(found, options) : found;
  },
  checkFile(file: string) {
    try {
      accessSync(file, constants.R_OK);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new RuntimeError('model-file', `${file}: cannot be read (${code}); check the path`);
    }
  },
});

export function graphSessions(): GraphSessionModule {
  return graphs;
}
