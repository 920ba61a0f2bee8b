import { library } from '../../tools/build/tsup-library';

export default library({
  entry: { index: 'src/index.ts', browser: 'src/browser.ts' },
  browser: { index: 'src/index.ts' },
  bundled: ['@echogarden/speex-resampler-wasm'],
});
