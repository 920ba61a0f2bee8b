// Packages that one language needs and the others do not: users install them, and they are loaded at the first text in that language.
import { requireInstalled } from '@gpt-talker/runtime';
import { moduleLocations } from '../module-locations';
import { TextError } from './errors';

/** @throws TextError 'package' that says what to install */
export function optionalPackage<T>(name: string, wanted: { language: string; version: string }): T {
  let loaded: unknown;
  try {
    loaded = requireInstalled(name, moduleLocations());
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new TextError('package', `${name} does not load (${reason}); npm install ${name}@${wanted.version}`);
  }
  if (loaded) return loaded as T;
  throw new TextError('package', `${wanted.language} needs the package ${name}; npm install ${name}@${wanted.version}`);
}
