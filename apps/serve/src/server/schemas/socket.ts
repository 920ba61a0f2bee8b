// The messages of a WebSocket, from its client.
import { z } from 'zod';
import { replyManner } from './common';

export const socketMessageSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('start'),
    ...replyManner,
    words: z.boolean().optional(),
  }),
  z.strictObject({ type: z.literal('text'), text: z.string().max(100_000) }),
  z.strictObject({ type: z.literal('end') }),
  z.strictObject({ type: z.literal('interrupt'), heardSeconds: z.number().min(0).optional() }),
]);
export type SocketMessage = z.infer<typeof socketMessageSchema>;
