// POST /v1/audio/speech, as OpenAI has it.
import { z } from 'zod';
import { OPENAI_COMPRESSED_FORMATS } from '../../sound/formats';
import { instructionsSchema, seedSchema, speedSchema, textSchema, voiceNameSchema } from './common';

export const formatSchema = z.enum(['wav', 'pcm', ...OPENAI_COMPRESSED_FORMATS]);

export const speechRequestSchema = z
  .looseObject({
    model: z
      .string()
      .min(1)
      .max(200)
      .describe('gpt-talker, a voice, or one of OpenAI’s speech models, which stand for it.'),
    input: z
      .union([textSchema, z.array(textSchema).min(1).max(64)])
      .describe(
        'What to say; at most 4096 characters unless the service is told otherwise. Of a list, each sound comes in JSON, in base64.',
      ),
    voice: z
      .union([voiceNameSchema, z.object({ id: voiceNameSchema })])
      .optional()
      .describe('A voice, voice:speaker, or any other name, which stands for the first voice.'),
    instructions: instructionsSchema
      .optional()
      .describe('How to speak, in words such as cheerful, slower; what is not known is named in X-Warnings.'),
    timestamp_granularities: z
      .array(z.enum(['word', 'phoneme']))
      .optional()
      .describe('Ours: the times of words, in the last event of stream_format sse, and with each of several texts.'),
    response_format: formatSchema.optional().describe('Default: mp3.'),
    speed: speedSchema.optional(),
    stream_format: z.enum(['audio', 'sse']).optional(),
    seed: seedSchema.optional().describe('Default: 0.'),
  })
  .describe('Parameters that are not known are ignored, and listed in X-Ignored-Parameters.');

const samplingDefaults = z.object({
  topK: z.number(),
  topP: z.number(),
  temperature: z.number(),
  repetitionPenalty: z.number(),
  minimumTokens: z.number(),
  stutterTokens: z.number(),
});

export const voiceSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  languages: z.array(z.string()),
  sampleRate: z.number(),
  license: z.string(),
  origin: z.string(),
  model: z.string().optional().describe('What kind of weights they are.'),
  consent: z
    .object({ speaker: z.string(), right: z.string() })
    .optional()
    .describe('Whose speech it speaks with, and by what right; absent where that is not stated.'),
  historyTurns: z.number(),
  tokensPerSecond: z.number(),
  speakers: z.array(z.string()).optional(),
  sampling: samplingDefaults,
});

export const voiceListSchema = z.object({ voices: z.array(voiceSchema) });

export const modelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.number(),
  owned_by: z.string(),
});

export const modelListSchema = z.object({ object: z.literal('list'), data: z.array(modelSchema) });
