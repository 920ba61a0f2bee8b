// The messages of a WebSocket, from its client.
import { z } from 'zod';
import { samplingSchema } from '../../requests/sampling-schema';
import {
  historyTurnsSchema,
  instructionsSchema,
  languageSchema,
  seedSchema,
  speakerSchema,
  speedSchema,
} from './common';

export const socketMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    seed: seedSchema.optional(),
    sampling: samplingSchema.optional(),
    historyTurns: historyTurnsSchema.optional(),
    keep: z.boolean().optional(),
    speed: speedSchema.optional(),
    language: languageSchema.optional(),
    speaker: speakerSchema.optional(),
    instructions: instructionsSchema.optional(),
    words: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('text'), text: z.string().max(100_000) }),
  z.strictObject({ type: z.literal('end') }),
  z.strictObject({ type: z.literal('interrupt'), heardSeconds: z.number().min(0).optional() }),
]);
export type SocketMessage = z.infer<typeof socketMessageSchema>;
