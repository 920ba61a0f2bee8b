import { library } from '../../tools/build/tsup-library';

export default library({
  entry: { index: 'src/index.ts' },
  browser: {
    index: 'src/index.ts',
    worker: 'worker/wasm-worker.mjs',
    'worker-webgpu': 'worker/webgpu-worker.mjs',
  },
});
