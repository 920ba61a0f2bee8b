import { application } from '../../tools/build/tsup-library';

export default application({ entry: { cli: 'src/cli.ts' }, copied: { '../../configs': 'configs' } });
