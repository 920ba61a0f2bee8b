// The corpus's configuration file: sizes, seed, moods, voices and styles, checked before any work.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { MOODS } from './grammar';

const share = z.number().min(0).max(1);
const positive = z.number().positive();

const styleSchema = z.strictObject({
  pitch: positive,
  liveliness: positive,
  stretch: positive,
  gainDecibels: z.number(),
});

const voiceSchema = z.strictObject({
  voice: z.string().min(1),
  pitchControl: z.enum(['parameters', 'varispeed']),
  pitchMeanHertz: positive,
  pitchDeviationHertz: positive,
  pitchStrength: z.number().min(0).max(1),
});

const configSchema = z.strictObject({
  seed: z.string().min(1),
  dialogues: z.int().positive(),
  turns: z
    .strictObject({ minimum: z.int().positive(), maximum: z.int().positive() })
    .refine(({ minimum, maximum }) => minimum <= maximum, 'minimum is larger than maximum'),
  maximumWords: z.int().positive(),
  moods: z.partialRecord(z.enum(MOODS), z.number().nonnegative()),
  moodDrift: share,
  variety: z.strictObject({
    opener: share,
    aside: share,
    tag: share,
    backchannel: share,
    reaction: share,
    colour: share,
  }),
  validationShare: share,
  agentSpeaker: z.string(),
  userSpeakers: z.array(z.string()).min(1),
  voices: z.record(z.string(), voiceSchema),
  styles: z.record(z.enum(MOODS), styleSchema),
  /** Every utterance's pitch, rate and liveliness vary by up to this share. */
  jitter: share,
  levelDecibels: z.number().max(0),
  keepSilenceSeconds: z.number().nonnegative(),
});

export type CorpusConfig = z.infer<typeof configSchema>;

/** A configuration file that cannot be used; the message names the file and the field. */
export class CorpusConfigError extends Error {
  readonly code = 'CORPUS_CONFIG';
}

/** Reads and checks a configuration file. */
export function readCorpusConfig(file: string): CorpusConfig {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CorpusConfigError(`${file}: cannot be read as JSON (${(error as Error).message}); correct it`);
  }
  const parsed = configSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CorpusConfigError(`${file}: ${issue.path.join('.') || 'the whole'}: ${issue.message}; correct it`);
  }
  for (const speaker of [parsed.data.agentSpeaker, ...parsed.data.userSpeakers]) {
    if (!parsed.data.voices[speaker])
      throw new CorpusConfigError(`${file}: voices.${speaker}: missing; describe the voice of that speaker`);
  }
  return parsed.data;
}
