import { application } from '../../tools/build/tsup-library';

export default application({
  entry: { cli: 'src/cli.ts', worker: 'src/engine/worker.ts' },
  leave: ['web/**', 'page/**'],
});
