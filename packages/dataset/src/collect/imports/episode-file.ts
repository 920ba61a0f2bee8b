// The file that a user supplies for an episode: one for all that name the episode inside, or one for each in a folder.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../../errors';
import { sha256 } from '../../files/hash';
import { isThere } from '../models/open-model';

export interface EpisodeFile {
  file: string;
  text: string;
  sha256: string;
}

/**
 * @param location the file itself, or a folder with `{episode}{ending}`
 * @returns undefined where the folder has none for this episode
 * @throws DatasetError `option` where the location is not there
 */
export async function episodeFile(location: string, episode: string, ending: string): Promise<EpisodeFile | undefined> {
  const found = await stat(location).catch((cause: NodeJS.ErrnoException) => {
    throw new DatasetError(
      'option',
      `${location}: cannot be opened (${cause.code}); name a ${ending} file, or a folder of {episode}${ending}`,
      { cause },
    );
  });
  const file = found.isDirectory() ? path.join(location, episode + ending) : location;
  if (!(await isThere(file))) return undefined;
  const bytes = await readFile(file);
  return { file, text: bytes.toString('utf8'), sha256: sha256(bytes) };
}
