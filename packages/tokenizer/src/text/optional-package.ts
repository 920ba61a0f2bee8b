// Packages that one language needs and the others do not: users install them, and they are loaded at the first text in that language.
import { requireInstalled } from '@gpt-talker/runtime';
import { moduleLocations } from '../module-locations';
import { TextError } from './errors';

/**
 * @param wanted whose language it is, its major version, and a function that this version has
 * @param load finds it; undefined where it is not installed
 * @throws TextError 'package' that says what to install
 */
export function optionalPackage<T>(
  name: string,
  wanted: { language: string; version: string; has: keyof T },
  load: (name: string) => unknown = (name) => requireInstalled(name, moduleLocations()),
): T {
  let loaded: unknown;
  try {
    loaded = load(name);
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new TextError('package', `${name} does not load (${reason}); npm install ${name}@${wanted.version}`);
  }
  if (typeof Object(loaded)[wanted.has] === 'function') return loaded as T;
  if (loaded) {
    throw new TextError(
      'package',
      `${name} is of another version than ${wanted.version}; npm install ${name}@${wanted.version}`,
    );
  }
  throw new TextError('package', `${wanted.language} needs the package ${name}; npm install ${name}@${wanted.version}`);
}
