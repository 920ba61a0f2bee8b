import { library } from '../../tools/build/tsup-library';

export default library({
  entry: {
    index: 'src/index.ts',
    'bert/index': 'src/bert/index.ts',
    'hubert/index': 'src/hubert/index.ts',
    'speaker/index': 'src/speaker/index.ts',
  },
  browser: { index: 'src/index.ts' },
  bundled: ['fflate'],
});
