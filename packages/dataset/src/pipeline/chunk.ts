// The unit of work: a few dozen consecutive turns. Where a chunk ends depends on the dialogues in it alone, so that adding a
// dialogue to a corpus leaves the chunks around it, and the work on them, as they were.
import { z } from 'zod';
import { type SourceDialogue } from '../corpus/types';
import { contentKey } from '../files/hash';
import { readJsonLines } from '../json-lines';

/** A turn with the content hash of its recording. */
export const chunkTurnSchema = z.object({
  dialogue: z.string(),
  split: z.enum(['train', 'validation']).optional(),
  name: z.string(),
  number: z.number().int(),
  role: z.enum(['user', 'agent']),
  speaker: z.string(),
  text: z.string(),
  language: z.string(),
  style: z.string().optional(),
  audio: z.string(),
  /** Of the recording's bytes; empty where it cannot be read. */
  sha256: z.string(),
  /** By the wav header; for progress only. */
  aboutSeconds: z.number(),
});

export type ChunkTurn = z.infer<typeof chunkTurnSchema>;
export type PlannedTurn = Omit<ChunkTurn, 'sha256' | 'aboutSeconds'>;

/** What a step made of a chunk. */
export interface StepResult {
  /** Content hash: the name of the file that holds the result. */
  key: string;
  turns: number;
  /** About, for the progress display. */
  seconds: number;
  /** It was there already. */
  recognised: boolean;
  /** Recordings that are not there, of the manifest step. */
  missing?: string[];
}

/** No chunk is larger, whatever the length of its dialogues: it is held in memory. */
const MOST_TURNS = 64;
/** One dialogue in this many ends a chunk. */
const DIALOGUES_PER_CHUNK = 5;

/** Groups the turns of a corpus into chunks. */
export async function* planChunks(dialogues: AsyncIterable<SourceDialogue>): AsyncGenerator<PlannedTurn[]> {
  let chunk: PlannedTurn[] = [];
  for await (const { id, split, turns } of dialogues) {
    for (const turn of turns) {
      chunk.push({ dialogue: id, split, ...turn });
      if (chunk.length === MOST_TURNS) {
        yield chunk;
        chunk = [];
      }
    }
    if (chunk.length > 0 && parseInt(contentKey(id).slice(0, 8), 16) % DIALOGUES_PER_CHUNK === 0) {
      yield chunk;
      chunk = [];
    }
  }
  if (chunk.length > 0) yield chunk;
}

export async function readChunk(file: string): Promise<ChunkTurn[]> {
  const turns: ChunkTurn[] = [];
  for await (const turn of readJsonLines(file, chunkTurnSchema, 'prepared')) turns.push(turn);
  return turns;
}
