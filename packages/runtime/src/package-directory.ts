// Where this package's shipped files lie. Needed because the code runs from dist/ (ESM or CommonJS) as well as from src/.
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// One level below the package's root in every case: src/ when tests or tsx run the sources, dist/ when built.
const here = typeof __dirname === 'string' ? __dirname : path.dirname(fileURLToPath(import.meta.url));

/** The absolute path of a file that ships with this package. */
export function packageFile(...segments: string[]): string {
  return path.join(here, '..', ...segments);
}
