import { library } from '../../tools/build/tsup-library';

export default library({
  shims: true,
  entry: { index: 'src/index.ts', worker: 'src/worker.ts', 'collect/index': 'src/collect/index.ts' },
});
