// The pieces that several requests and answers are made of. These schemas validate, and OpenAPI is generated from them.
import { z } from 'zod';
import { samplingSchema } from '../../requests/sampling-schema';
import { SPEED_RANGE } from '../../requests/speed-range';

export const seedSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER).describe('The same seed gives the same samples.');
export const speedRangeSchema = z.number().min(SPEED_RANGE.slowest).max(SPEED_RANGE.fastest);
export const speedSchema = speedRangeSchema.describe('The pitch stays.');
export const historyTurnsSchema = z.int().min(0).max(100).describe('How many turns before the reply are read.');
export const languageSchema = z
  .string()
  .min(1)
  .max(20)
  .describe('Such as en; default, and auto: as the text looks, where the voice speaks several.');
export const speakerSchema = z.string().min(1).max(200);
export const instructionsSchema = z.string().max(4096).describe('How to speak, in words such as cheerful, slower.');
/** Text to be spoken; how much of it is taken, the service's limits say. */
export const textSchema = z.string().min(1).max(100_000);
export const voiceNameSchema = z.string().min(1).max(200).describe("A voice's name, from GET /v1/audio/voices.");

export const errorSchema = z.object({
  error: z.object({
    message: z.string().describe('What is wrong, where, and what to do; one line.'),
    type: z.string(),
    param: z.string().nullable(),
    code: z.string(),
  }),
});

/** How a reply of a conversation is spoken, whichever way it is asked for. */
export const replyManner = {
  seed: seedSchema.optional(),
  sampling: samplingSchema.optional(),
  historyTurns: historyTurnsSchema.optional(),
  keep: z.boolean().optional().describe('false leaves the conversation as it is, which is how replies are compared.'),
  speed: speedSchema.optional(),
  speaker: speakerSchema.optional().describe('One of the voice’s speakers, from GET /v1/audio/voices.'),
  instructions: instructionsSchema.optional(),
  language: languageSchema.optional(),
};

/** Sound, which is sent as bytes and not validated. */
export const soundSchema: z.ZodType<unknown> = z.string().meta({ format: 'binary' });

const errors = {
  400: 'Something in the request is wrong',
  401: 'The key is missing or wrong',
  403: 'Not to be had here, or not from that page',
  404: 'There is no such thing',
  409: 'It was changed by another request meanwhile',
  410: 'What was kept of it cannot be read any more',
  412: 'It has other turns than If-Match says',
  413: 'Too large, or too long',
  415: 'A content type that is not understood',
  422: 'No words were heard in it, or the reply came out silent',
  429: 'Too busy; Retry-After says when to try again',
  501: 'This server lacks what the format needs',
  503: 'Stopping, a worker was lost, or the store is away or full',
  504: 'It took too long',
} as const;

/** Descriptions of the errors that a route may answer with. */
export function errorResponses<Status extends keyof typeof errors>(...statuses: Status[]) {
  const entries = statuses.map((status) => [status, errorSchema.describe(errors[status])]);
  return Object.fromEntries(entries) as Record<Status, typeof errorSchema>;
}
