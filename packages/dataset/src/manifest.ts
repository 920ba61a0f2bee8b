// The manifest: JSON Lines, one dialogue a line, audio paths relative to the manifest. Every corpus is brought into this form.
import path from 'node:path';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { readJsonLines } from './json-lines';

const turnSchema = z.object({
  role: z.enum(['user', 'agent']),
  speaker: z.string().optional(),
  text: z.string(),
  /** ISO 639-1: 'en', 'zh'. */
  language: z.string().min(2).max(16).optional(),
  style: z.string().optional(),
  audio: z.string().optional(),
  seconds: z.number().nonnegative().optional(),
});

const dialogueSchema = z.object({
  id: z.string().min(1),
  split: z.enum(['train', 'validation']).optional(),
  turns: z.array(turnSchema).min(1),
});

export type ManifestTurn = z.infer<typeof turnSchema>;
export type ManifestDialogue = z.infer<typeof dialogueSchema>;

/**
 * Reads a manifest; audio paths come out absolute, and every dialogue has a split (its own, or by the hash of its id).
 * @param validationShare share of the dialogues to hold out where the manifest does not say
 * @throws DatasetError naming file and line
 */
export async function* readManifest(
  file: string,
  { validationShare = 0.03 } = {},
): AsyncGenerator<Required<Pick<ManifestDialogue, 'split'>> & ManifestDialogue> {
  const folder = path.dirname(path.resolve(file));
  for await (const dialogue of readJsonLines(file, dialogueSchema, 'manifest')) {
    const turns = dialogue.turns.map((turn) =>
      turn.audio === undefined ? turn : { ...turn, audio: path.resolve(folder, turn.audio) },
    );
    yield { ...dialogue, turns, split: dialogue.split ?? splitOf(dialogue.id, validationShare) };
  }
}

/** Whole dialogues are held out, by the hash of their id: never single turns, whose neighbours would give them away. */
export function splitOf(id: string, validationShare: number): 'train' | 'validation' {
  return validationRank(id) < validationShare ? 'validation' : 'train';
}

/** Where the hash of an id puts it, from 0 to 1: the lowest are held out. */
export function validationRank(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) / 2 ** 32;
}
