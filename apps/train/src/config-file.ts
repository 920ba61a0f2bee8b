// Configurations that come with the program, found by their names: `--config voice-small`.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from './failure';

/** Beside the program in its build, in configs/ of the repository beside its sources. */
const FOLDER = [path.join(__dirname, 'configs'), path.join(__dirname, '../../../configs')].find(existsSync)!;
const CONFIGURATION = /^(?!.*\.corpus\.)(.+)\.(?:yaml|json)$/;

export const packagedConfigs = (): string[] =>
  readdirSync(FOLDER)
    .flatMap((file) => CONFIGURATION.exec(file)?.[1] ?? [])
    .sort();

/**
 * The file that `--config` means: a file of the user's, else one that comes with the program.
 * @throws UsageError where it is a mere name that neither has
 */
export function configFile(given: string): string {
  if (existsSync(given) || path.basename(given) !== given || path.extname(given) !== '') return given;
  const name = readdirSync(FOLDER).find((file) => CONFIGURATION.exec(file)?.[1] === given);
  if (name !== undefined) return path.join(FOLDER, name);
  throw new UsageError(
    `--config ${given}: no such file, and none of the program's own: ${packagedConfigs().join(', ')}; check the path`,
  );
}
