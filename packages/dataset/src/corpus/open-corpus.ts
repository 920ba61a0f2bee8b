// A corpus by the name of its format.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../errors';
import { DialogueFolders } from './dialogue-folders';
import { normaliseLanguage } from './language';
import { ManifestCorpus } from './manifest-corpus';
import { LIST_NAME, SlicerList } from './slicer-list';
import { type Corpus } from './types';

export const CORPUS_FORMATS = ['dailytalk', 'ncssd', 'list', 'manifest'] as const;
export type CorpusFormat = (typeof CORPUS_FORMATS)[number];

export interface OpenCorpusOptions {
  format: CorpusFormat;
  /** Of all texts; without it what the corpus says, or else each text's script. */
  language?: string;
  /** `list`: where its recordings are, if not where it says. */
  audioFolder?: string;
}

const MANIFEST_NAME = 'manifest.jsonl';

/**
 * @param location a folder; for `list` and `manifest` also the file itself
 * @throws DatasetError where nothing is there
 */
export async function openCorpus(location: string, options: OpenCorpusOptions): Promise<Corpus> {
  const root = path.resolve(location);
  const isFolder = await stat(root).then(
    (found) => {
      if (found.isDirectory() || found.isFile()) return found.isDirectory();
      throw new DatasetError('manifest', `${location}: neither a folder nor an ordinary file; save the list to a file`);
    },
    (cause: NodeJS.ErrnoException) => {
      throw new DatasetError('manifest', `${location}: cannot be opened (${cause.code}); check the path`, { cause });
    },
  );
  const language = options.language === undefined ? undefined : normaliseLanguage(options.language);
  switch (options.format) {
    case 'dailytalk':
    case 'ncssd':
      if (!isFolder) {
        throw new DatasetError('manifest', `${location}: a corpus of format ${options.format} is a folder; name it`);
      }
      return new DialogueFolders(root, {
        language,
        textEndings: options.format === 'ncssd' ? ['.lab', '.txt'] : ['.txt', '.lab'],
      });
    case 'list':
      return new SlicerList(isFolder ? path.join(root, LIST_NAME) : root, {
        language,
        audioFolder: options.audioFolder,
      });
    case 'manifest':
      return new ManifestCorpus(isFolder ? path.join(root, MANIFEST_NAME) : root, { language });
  }
}
