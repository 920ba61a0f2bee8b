// GPT-SoVITS' api_v2: one request with many parameters, in a query, where all is text, or as JSON.
import { z } from 'zod';
import { speedRangeSchema, textSchema } from './common';

/** A number, as JSON has it or as a query does; a query's empty one was not given. */
const number = (schema: z.ZodNumber) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? (value.trim() === '' ? undefined : Number(value)) : value),
    schema.optional(),
  );

/** A choice, however it is written; an empty one was not given. */
const choice = <const Names extends readonly string[]>(names: Names) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toLowerCase() || undefined : value),
    z.enum(names).optional(),
  );

const languageName = z.string().max(20);

export const ttsSchema = z
  .looseObject({
    text: textSchema,
    text_lang: languageName.min(1),
    ref_audio_path: z.string().max(1000).nullish(),
    aux_ref_audio_paths: z
      // In a query one of them is a string, and none an empty one.
      .preprocess(
        (value) => (typeof value === 'string' ? [value].filter(Boolean) : value),
        z.array(z.string().max(1000)).max(16),
      )
      .nullish()
      .describe('More recordings of the same speaker; timbre and manner are averaged.'),
    prompt_text: z.string().max(4096).nullish(),
    prompt_lang: languageName.nullish(),
    target_voice: z.string().max(200).nullish().describe("SillyTavern's name for the voice."),
    top_k: number(z.number().int().min(1).max(10_000)),
    top_p: number(z.number().gt(0).max(1)),
    temperature: number(z.number().gt(0).max(10)),
    repetition_penalty: number(z.number().min(0.1).max(10)),
    speed_factor: number(speedRangeSchema),
    text_split_method: choice(['cut0', 'cut1', 'cut2', 'cut3', 'cut4', 'cut5']).describe(
      'Where a long text is cut; default: at sentences.',
    ),
    fragment_interval: number(z.number().min(0).max(10)).describe('The least silence between two pieces, in seconds.'),
    seed: number(z.number().int().min(-1).max(Number.MAX_SAFE_INTEGER)).optional().describe('-1: any.'),
    media_type: choice(['auto', 'wav', 'raw', 'pcm', 'ogg', 'aac', 'mp3', 'opus', 'flac']).describe('auto is wav.'),
    streaming_mode: z
      .preprocess(
        (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
        z
          .union([z.boolean(), z.number().int().min(0).max(3), z.enum(['', '0', '1', '2', '3', 'true', 'false'])])
          .optional(),
      )
      .describe('0 and false: whole, with its sizes; 1, 2, 3 and true: sent while it is made.'),
  })
  .describe('Other parameters of api_v2 are accepted, and listed in X-Ignored-Parameters.');
export type TtsRequest = z.infer<typeof ttsSchema>;

/** api_v2's way to change the weights of the one voice that it has. */
export const weightsQuerySchema = z.looseObject({ weights_path: z.string().max(1000).optional() });
export const weightsSchema = z.object({ message: z.string(), voice: z.string() });
export const referenceQuerySchema = z.looseObject({ refer_audio_path: z.string().max(1000).optional() });
export const controlSchema = z.looseObject({ command: z.string().max(100).optional() });
export const doneSchema = z.object({ message: z.string() });

export const speakersSchema = z.array(z.object({ name: z.string(), voice_id: z.string() }));
