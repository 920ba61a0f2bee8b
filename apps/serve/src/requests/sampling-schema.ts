// How a request may choose speech tokens; what is kept of a conversation holds it too.
import { z } from 'zod';

export const samplingSchema = z
  .strictObject({
    topK: z.int().min(1).max(10_000).optional(),
    topP: z.number().gt(0).max(1).optional(),
    temperature: z.number().gt(0).max(10).optional(),
    repetitionPenalty: z.number().min(0.1).max(10).optional(),
    minimumTokens: z.int().min(0).max(1000).optional(),
    stutterTokens: z.int().min(0).max(1000).optional(),
    maximumTokens: z.int().min(1).max(10_000).optional(),
  })
  .describe('How speech tokens are chosen; what is left out is as the voice says. Tokens come 25 a second.');
