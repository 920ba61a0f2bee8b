// Where parity fixtures lie: PARITY_DIR, this package's own copies of the small ones, or the workplace's shared folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

const OWN = path.resolve(__dirname, 'fixtures');
const SHARED = path.resolve(__dirname, '../../../../shared/fixtures/parity');
const FOLDERS = process.env.PARITY_DIR ? [process.env.PARITY_DIR] : [OWN, SHARED];

/** The path of a fixture, or undefined where it is not at hand. */
export function findParityFile(name: string): string | undefined {
  return FOLDERS.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** A test that needs files and is skipped, saying why, where one is missing. */
export function parityTest(title: string, names: string[], run: (...files: Uint8Array[]) => void): void {
  const files = names.map(findParityFile);
  const missing = names.filter((_, index) => !files[index]);
  if (missing.length > 0) test.skip(`${title} (skipped: no ${missing.join(', ')} here)`, () => undefined);
  else test(title, () => run(...files.map((file) => readFileSync(file!))));
}

/** All fixtures with an ending, as paths relative to their folder. */
export function listParityFiles(ending: string): string[] {
  const names = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(ending)),
  );
  return [...new Set(names)].sort();
}
