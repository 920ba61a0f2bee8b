// Whether all ranks are about to train the same: what differs would be averaged into nonsense, without a word.
import { createHash } from 'node:crypto';
import type { PreparedCorpus } from '@gpt-talker/dataset';
import { version } from '../../package.json';
import type { Ranks } from './ranks';

/** @throws ParallelError `ranks-differ` */
export async function checkSameRun(ranks: Ranks, corpus: PreparedCorpus, recipe: unknown): Promise<void> {
  await ranks.same(version, 'version of @gpt-talker/train', 'install the same one on all hosts');
  const configuration = digest(JSON.stringify(recipe));
  await ranks.same(configuration, 'configuration', 'start all ranks with the same file');
  const advice = 'give all ranks the same prepared folder, shared or copied whole';
  await ranks.same(await describeCorpus(corpus), 'corpus', advice);
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Its size, and a fingerprint of what is planned from it: names and splits of dialogues, lengths and speakers of turns. */
async function describeCorpus(corpus: PreparedCorpus): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify(corpus.tokens ?? null));
  let turns = 0;
  for (let index = 0; index < corpus.size; index++) {
    const { id, split } = corpus.entry(index);
    const outline = await corpus.outline(index);
    hash.update(JSON.stringify([id, split, outline]));
    turns += outline.length;
  }
  return `${corpus.size} dialogues, ${turns} turns, fingerprint ${hash.digest('hex').slice(0, 12)}`;
}
