// GPT-SoVITS' api_v2: one request with many parameters, in a query, where all is text, or as JSON.
import { z } from 'zod';
import { textSchema } from './common';

/** A number, as JSON has it or as a query does. */
const number = (schema: z.ZodNumber) =>
  z.preprocess((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value), schema);

const languageName = z.string().max(20);

export const ttsSchema = z
  .looseObject({
    text: textSchema,
    text_lang: languageName.min(1),
    ref_audio_path: z.string().max(1000).nullish(),
    prompt_text: z.string().max(4096).nullish(),
    prompt_lang: languageName.nullish(),
    top_k: number(z.number().int().min(1).max(10_000)).optional(),
    top_p: number(z.number().gt(0).max(1)).optional(),
    temperature: number(z.number().gt(0).max(10)).optional(),
    repetition_penalty: number(z.number().min(0.1).max(10)).optional(),
    speed_factor: number(z.number().min(0.25).max(4)).optional(),
    seed: number(z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER)).optional().describe('-1: any.'),
    media_type: z.enum(['wav', 'raw', 'ogg', 'aac']).optional(),
    streaming_mode: z
      .union([
        z.boolean(),
        z.number().int().min(0).max(3),
        z.enum(['0', '1', '2', '3', 'true', 'false', 'True', 'False']),
      ])
      .optional(),
  })
  .describe('Other parameters of api_v2 are accepted, and listed in X-Ignored-Parameters.');
export type TtsRequest = z.infer<typeof ttsSchema>;

export const speakersSchema = z.array(z.object({ name: z.string(), voice_id: z.string() }));
