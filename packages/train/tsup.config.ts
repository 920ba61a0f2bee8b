import { library } from '../../tools/build/tsup-library';

export default library({
  shims: true,
  entry: {
    index: 'src/index.ts',
    'export/index': 'src/voice/export/index.ts',
    'batch-worker': 'src/batching/batch-worker.ts',
  },
});
