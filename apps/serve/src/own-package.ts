// What this program needs to know about its own installation: its version, and where the default voice lies.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// One level below the package's root, in src/ as in dist/.
const here = typeof __dirname === 'string' ? __dirname : path.dirname(fileURLToPath(import.meta.url));

/** Where this package is installed. */
export function packageFolder(): string {
  return path.join(here, '..');
}

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(path.join(here, '..', 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** The folder of the voice that speaks where no other is named. */
export function defaultVoiceFolder(): string {
  const manifest = createRequire(path.join(here, 'cli.js')).resolve('@gpt-talker/voice-tiny/package.json');
  return path.join(path.dirname(manifest), 'voice');
}
