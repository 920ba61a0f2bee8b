// corpus.json: what a prepared corpus consists of. It is written last, so its presence means that all the rest is there.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DatasetError } from '../errors';
import { CORPUS_FILE } from './layout';
import { symbolTableSchema } from './symbol-table';

export const corpusSchema = z.object({
  format: z.literal('gpt-talker-corpus'),
  version: z.literal(1),
  /** Of the sound inside; absent where recordings stayed where they were. */
  sound: z.object({ sampleRate: z.number().int().positive(), level: z.enum(['upstream', 'as-is']) }).optional(),
  tokens: z.object({ perSecond: z.literal(25), vocabulary: z.number().int().positive(), encoder: z.string() }),
  /** Absent in corpora of earlier versions. */
  symbols: symbolTableSchema.optional(),
  features: z.object({ width: z.number().int().positive() }).optional(),
  ssl: z.object({ width: z.number().int().positive() }).optional(),
  speaker: z.object({ width: z.number().int().positive() }).optional(),
  historyTurns: z.number().int().nonnegative(),
  dialogues: z.number().int(),
  turns: z.number().int(),
  seconds: z.number(),
  /** Key of the index. */
  index: z.string(),
  /** Keys of the shards. */
  chunks: z.array(z.object({ manifest: z.string(), text: z.string(), audio: z.string(), tokens: z.string() })),
});
export type CorpusDescription = z.infer<typeof corpusSchema>;

/** @throws DatasetError `prepared` */
export async function readCorpusFile(folder: string): Promise<CorpusDescription> {
  const file = path.join(folder, CORPUS_FILE);
  try {
    return corpusSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new DatasetError('prepared', `${file}: not the description of a prepared corpus; prepare it again`, {
      cause,
    });
  }
}
