// A prepared corpus of any format, told by what is there.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../errors';
import { isMissing } from '../files/missing';
import { CORPUS_FILE } from '../pipeline/layout';
import { UPSTREAM_FILES } from '../upstream/files';
import { UpstreamCorpus, type OpenUpstreamOptions } from '../upstream/upstream-corpus';
import { CompactCorpus } from './compact-corpus';
import { LinesCorpus } from './lines-corpus';
import { type PreparedCorpus, type PreparedDialogue, type Split } from './types';

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

/**
 * The dialogues of one split of a prepared corpus of any format.
 * @throws DatasetError where it is malformed or the split has none
 */
export async function readPrepared(location: string, split: Split): Promise<PreparedDialogue[]> {
  const corpus = await openPrepared(location);
  try {
    const dialogues: PreparedDialogue[] = [];
    for await (const dialogue of corpus.dialogues(split)) dialogues.push(dialogue);
    if (dialogues.length === 0) {
      throw new DatasetError('empty', `${location}: no ${split} dialogue; prepare a larger corpus or another share of held-out dialogues`);
    }
    return dialogues;
  } finally {
    await corpus.close();
  }
}
