// A record as it comes back from a store that others can write to: believed only when it is whole. What the talker needs to go on with
// a conversation (`state`) the talker checks itself.
import { z } from 'zod';
import { samplingSchema } from '../requests/sampling-schema';
import { isConversationId } from './ids';
import type { ConversationRecord } from './record';

const count = z.int().min(0);
const seconds = z.number().min(0);

const replySchema = z.looseObject({
  id: z.string(),
  kept: z.boolean(),
  seed: z.number(),
  sampling: samplingSchema,
  historyTurns: count,
  speed: z.number(),
  stopReason: z.enum(['end-of-speech', 'length', 'interrupted']),
  warnings: z.array(z.string()),
  timings: z.looseObject({
    readingSeconds: z.number(),
    tokensSeconds: z.number(),
    synthesisSeconds: z.number(),
    firstAudioSeconds: z.number(),
    totalSeconds: z.number(),
    realTimeFactor: z.number(),
  }),
});

const turnSchema = z.looseObject({
  role: z.enum(['user', 'agent']),
  speaker: z.string().optional(),
  language: z.string().optional(),
  text: z.string(),
  createdAt: z.string(),
  sound: z.looseObject({ seconds, sampleRate: z.number().positive() }).nullable(),
  tokens: z.array(z.number()).nullable(),
  reply: replySchema.optional(),
});

const recordSchema = z
  .looseObject({
    id: z.string().refine(isConversationId, 'is no id of a conversation'),
    user: z.string().optional(),
    voice: z.string(),
    createdAt: z.string(),
    usedAt: z.string(),
    historyTurns: count.optional(),
    sampling: samplingSchema.optional(),
    turns: z.array(turnSchema),
    asides: z.array(turnSchema),
    revision: count,
    version: count,
    state: z.unknown().optional(),
    soundBytes: count,
  })
  .refine(({ turns, version }) => turns.length === 0 || version > 0, { path: ['version'], error: 'is below its turns' })
  .refine(({ version, state }) => version === 0 || Object(state) === state, { path: ['state'], error: 'is missing' });

/** The record that a JSON text holds, or what is wrong with it in a few words. */
export function parseRecord(text: string, id: string): { record: ConversationRecord } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: 'it is not JSON' };
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    return { problem: `${path.map(String).join('.') || 'the record'}: ${message}` };
  }
  if (parsed.data.id !== id) return { problem: 'it is the record of another conversation' };
  return { record: parsed.data as ConversationRecord };
}
