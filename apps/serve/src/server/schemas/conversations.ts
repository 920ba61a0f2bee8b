// Conversations, their turns and replies.
import { z } from 'zod';
import { samplingSchema } from '../../requests/sampling-schema';
import { historyTurnsSchema, languageSchema, replyManner, speakerSchema, textSchema, voiceNameSchema } from './common';
import { formatSchema } from './speech';

const roleSchema = z.enum(['user', 'agent']);
const userSchema = z
  .string()
  .min(1)
  .max(200)
  .describe('Whose conversation it is, in a name of yours; all of one user can be forgotten at once.');

/** What a turn has beside its sound. */
const turnFields = {
  role: roleSchema,
  text: textSchema,
  speaker: speakerSchema.optional(),
  language: languageSchema.optional(),
};

export const newTurnSchema = z.strictObject({
  ...turnFields,
  text: textSchema
    .optional()
    .describe('What was said. With sound it may be left out where the service has a recogniser.'),
  audio: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A sound file (wav; mp3, ogg, flac, m4a and webm where ffmpeg is installed) in base64, or as a data URL; as multipart, the file itself. Without it the turn is text alone.',
    ),
});
export type NewTurn = z.infer<typeof newTurnSchema>;

/** With a body that is a sound file, the rest is in the query. */
export const turnQuerySchema = z.strictObject({
  role: roleSchema.optional(),
  text: textSchema.optional(),
  speaker: speakerSchema.optional(),
  language: languageSchema.optional(),
});

export const newConversationSchema = z
  .strictObject({
    voice: voiceNameSchema.optional(),
    user: userSchema.optional(),
    historyTurns: historyTurnsSchema.optional(),
    sampling: samplingSchema.optional(),
    turns: z.array(newTurnSchema).max(1000).optional(),
  })
  .nullish();

export const replyRequestSchema = z.strictObject({
  ...replyManner,
  text: textSchema,
  format: formatSchema.optional().describe('Default: wav; pcm has the voice’s own rate.'),
  reference: z.string().min(1).optional().describe('A sound file in base64 whose voice this reply takes on.'),
  streamFormat: z.enum(['audio', 'sse']).optional(),
});

const timingsSchema = z.object({
  readingSeconds: z.number(),
  tokensSeconds: z.number(),
  synthesisSeconds: z.number(),
  firstAudioSeconds: z.number(),
  totalSeconds: z.number(),
  realTimeFactor: z.number(),
});

export const turnSchema = z.object({
  index: z.number().nullable(),
  role: roleSchema,
  speaker: z.string().optional(),
  language: z.string().optional(),
  text: z.string(),
  seconds: z.number().nullable(),
  sampleRate: z.number().nullable(),
  audio: z.string().nullable().describe('Where its sound is.'),
  tokens: z.array(z.number()).nullable(),
  createdAt: z.string(),
  reply: z
    .object({
      id: z.string(),
      kept: z.boolean(),
      seed: z.number(),
      sampling: samplingSchema,
      historyTurns: z.number(),
      speed: z.number(),
      stopReason: z.enum(['end-of-speech', 'length', 'interrupted']),
      warnings: z.array(z.string()),
      attempts: z.number().optional().describe('More than 1 where words seemed to be missing and were said again.'),
      words: z
        .array(z.object({ text: z.string(), start: z.number(), end: z.number() }))
        .optional()
        .describe('When each word is said, in seconds.'),
      timings: timingsSchema,
    })
    .optional()
    .describe('Where the service spoke the turn.'),
});

export const turnListSchema = z.object({ turns: z.array(turnSchema) });

export const conversationSchema = z.object({
  id: z.string(),
  user: z.string().optional(),
  voice: z.string(),
  createdAt: z.string(),
  usedAt: z.string(),
  historyTurns: z.number().nullable(),
  sampling: samplingSchema,
  turns: z.array(turnSchema),
});

/** Whose conversations are to be forgotten. */
export const userQuerySchema = z.strictObject({ user: userSchema });
export const forgottenSchema = z.object({ deleted: z.number().describe('How many there were.') });

/** What is no identifier of ours names nothing: that is a 404, and not for a schema to say. */
export const conversationParams = z.object({ id: z.string() });
export const turnParams = conversationParams.extend({ turn: z.string().regex(/^\d{1,6}$/, 'give a number from 0') });
export const replyParams = conversationParams.extend({ reply: z.string() });
