import { library } from '../../tools/build/tsup-library';

export default library({ entry: { index: 'src/index.ts', 'export/index': 'src/voice/export/index.ts' } });
