import { library } from '../../tools/build/tsup-library';

export default library({ entry: { index: 'src/index.ts' } });
