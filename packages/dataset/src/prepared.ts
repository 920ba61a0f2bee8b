// A prepared corpus: what both models train on, one dialogue a line. Phoneme ids and semantic tokens are small and live in the
// file; audio stays where it is and is read when a batch needs it.
import { z } from 'zod';
import { readJsonLines } from './json-lines';
import { DatasetError } from './errors';

const ids = z.array(z.number().int().nonnegative());

const preparedTurnSchema = z.object({
  role: z.enum(['user', 'agent']),
  speaker: z.string(),
  text: z.string(),
  style: z.string().optional(),
  phonemes: ids,
  tokens: ids,
  audio: z.string(),
  seconds: z.number().nonnegative(),
});

const preparedDialogueSchema = z.object({
  id: z.string(),
  split: z.enum(['train', 'validation']),
  turns: z.array(preparedTurnSchema).min(1),
});

export type PreparedTurn = z.infer<typeof preparedTurnSchema>;
export type PreparedDialogue = z.infer<typeof preparedDialogueSchema>;

/**
 * The dialogues of one split.
 * @throws DatasetError where the file is malformed or the split has none
 */
export async function readPrepared(file: string, split: 'train' | 'validation'): Promise<PreparedDialogue[]> {
  const dialogues: PreparedDialogue[] = [];
  for await (const dialogue of readJsonLines(file, preparedDialogueSchema, 'prepared')) {
    if (dialogue.split === split) dialogues.push(dialogue);
  }
  if (dialogues.length === 0) throw new DatasetError('empty', `${file}: no ${split} dialogue; prepare a larger corpus`);
  return dialogues;
}
