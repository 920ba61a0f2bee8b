// A line of the training index: a dialogue whose turns name their chunk and their place in it.
import { z } from 'zod';

export const indexTurnSchema = z.object({
  name: z.string(),
  role: z.enum(['user', 'agent']),
  speaker: z.string(),
  language: z.string(),
  text: z.string(),
  style: z.string().optional(),
  seconds: z.number(),
  /** How many of each. */
  phonemes: z.number().int(),
  tokens: z.number().int(),
  /** Index into the chunks of corpus.json, and into the chunk's turns. */
  chunk: z.number().int().nonnegative(),
  item: z.number().int().nonnegative(),
  /** The recording, where the corpus does not hold its sound. */
  audio: z.string().optional(),
  excludedFrom: z.array(z.enum(['gpt', 'vits'])).optional(),
});
export type IndexTurn = z.infer<typeof indexTurnSchema>;

export const indexLineSchema = z.object({
  id: z.string(),
  split: z.enum(['train', 'validation']),
  turns: z.array(indexTurnSchema).min(1),
});
export type IndexLine = z.infer<typeof indexLineSchema>;
