// Tools of the user's own: a function exported by a JavaScript module, called in every worker.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DatasetError } from '../errors';

/** Calls `name(options)` of a module. @throws DatasetError `option` where there is no such module or function */
export async function callExport(file: string, name: string, options: unknown): Promise<unknown> {
  const location = path.resolve(file);
  const loaded = (await import(pathToFileURL(location).href).catch((cause: Error) => {
    throw new DatasetError('option', `${file}: the module cannot be loaded (${cause.message})`, { cause });
  })) as Record<string, unknown>;
  const found = loaded[name];
  if (typeof found !== 'function') throw new DatasetError('option', `${file}: exports no function ${name}`);
  return (found as (given: unknown) => unknown)(options);
}
