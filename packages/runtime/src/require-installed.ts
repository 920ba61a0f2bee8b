// Packages that need not be installed are loaded when they are first needed, wherever this code has been bundled to.
import { createRequire } from 'node:module';
import path from 'node:path';
import { moduleLocations } from './module-locations';

/**
 * A package that users install themselves, from where the code that wants it lies, else from the working directory.
 * @param locations files of the code that wants it
 * @returns undefined where it is not installed
 * @throws what the package throws when it is loaded
 */
export function requireInstalled(name: string, locations: readonly string[] = moduleLocations()): unknown {
  for (const location of [...locations, path.join(process.cwd(), 'index.js')]) {
    const require = createRequire(location);
    try {
      require.resolve(name);
    } catch {
      continue;
    }
    return require(name);
  }
  return undefined;
}
