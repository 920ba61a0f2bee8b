// A prepared corpus of any format, told by what is there.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../errors';
import { isMissing } from '../files/missing';
import { CORPUS_FILE } from './layout';
import { UPSTREAM_FILES } from '../upstream/files';
import { UpstreamCorpus, type OpenUpstreamOptions } from '../upstream/upstream-corpus';
import { CompactCorpus } from './compact-corpus';
import { LinesCorpus } from './lines-corpus';
import { type PreparedCorpus, type Split } from './types';

/**
 * Opens a folder that `prepare` wrote (corpus.json), a folder that upstream's scripts wrote (2-name2text.txt), or a file of JSON Lines.
 * @throws DatasetError `prepared`
 */
export async function openPrepared(location: string, options: OpenUpstreamOptions = {}): Promise<PreparedCorpus> {
  const found = await stat(location).catch((cause: NodeJS.ErrnoException) => {
    throw new DatasetError('prepared', `${location}: cannot be opened (${cause.code}); check the path`, { cause });
  });
  if (!found.isDirectory()) return LinesCorpus.open(location);
  const has = (name: string) => stat(path.join(location, name)).then(() => true, isMissing);
  if (await has(CORPUS_FILE)) return CompactCorpus.open(location);
  if (await has(UPSTREAM_FILES.text)) return UpstreamCorpus.open(location, options);
  throw new DatasetError(
    'prepared',
    `${location}: neither ${CORPUS_FILE} nor ${UPSTREAM_FILES.text} is in it; prepare the corpus first`,
  );
}

/** Opens a prepared corpus, and closes it when `use` is done with it. @throws DatasetError `prepared`, and what `use` throws */
export async function withPrepared<T>(location: string, use: (corpus: PreparedCorpus) => Promise<T>): Promise<T> {
  const corpus = await openPrepared(location);
  try {
    return await use(corpus);
  } finally {
    await corpus.close();
  }
}

/** @throws DatasetError `empty` where no dialogue is of this split */
export function requireSplit(corpus: PreparedCorpus, split: Split): void {
  for (let index = 0; index < corpus.size; index++) if (corpus.entry(index).split === split) return;
  throw new DatasetError(
    'empty',
    `${corpus.path}: no ${split} dialogue; prepare a larger corpus or another share of held-out dialogues`,
  );
}
