// The configuration of a voice: one YAML (or JSON) file for its encoder and both models, checked against a schema. An unknown
// key is an error, so that a misspelt one is never silently ignored.
import { z } from 'zod';
import { checkConfig, readConfigFile } from './check-config';

const positive = z.number().int().positive();
const rate = z.number().positive();
const fraction = z.number().min(0).max(1);

const learningRate = z.strictObject({
  initial: rate,
  peak: rate,
  end: rate,
  warmupSteps: z.number().int().nonnegative(),
});

const gpt = z.strictObject({
  model: z.strictObject({
    layers: positive,
    width: positive,
    heads: positive,
    feedForward: positive,
    phonemeVocabulary: positive,
    dropout: fraction,
    maxPositions: positive,
    alignment: z
      .strictObject({
        freeTokens: z.number().nonnegative(),
        decayTokens: rate,
        /** The decay of the exported voice, where it is to keep closer to what is expected than it was taught to. */
        spokenDecayTokens: rate.optional(),
      })
      .optional(),
  }),
  train: z.strictObject({
    rows: positive,
    positions: positive,
    historyShares: z.array(fraction).min(1),
    aloneStyles: z.array(z.string()).min(1).optional(),
    roles: z.array(z.enum(['user', 'agent'])).min(1),
    learningRate,
    weightDecay: z.number().nonnegative(),
    betas: z.tuple([fraction, fraction]),
    clipNorm: rate,
    totalSteps: positive,
  }),
});

const vits = z.strictObject({
  model: z.strictObject({
    interChannels: positive,
    hiddenChannels: positive,
    filterChannels: positive,
    textLayers: positive,
    speechLayers: positive,
    styleChannels: positive,
    codeWidth: positive,
    attentionWindow: positive.nullable(),
    posteriorLayers: positive,
    flow: z.strictObject({ couplings: positive, kernel: positive, layers: positive }),
    fftSize: positive,
    decoder: z.strictObject({
      width: positive,
      blocks: positive,
      expansion: positive,
      kernel: positive,
      fftSize: positive,
      parts: positive,
      pitchWidth: positive,
    }),
  }),
  train: z.strictObject({
    utterances: positive,
    tokens: positive,
    phonemes: positive,
    referenceFrames: positive,
    learningRate,
    weightDecay: z.number().nonnegative(),
    betas: z.tuple([fraction, fraction]),
    clipNorm: rate,
    totalSteps: positive,
    lossWeights: z.strictObject({ mel: rate, kl: rate, pitch: rate, level: z.number().nonnegative().optional() }),
    loudness: z.number().min(-60).max(0).optional(),
  }),
});

export const voiceConfigSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  seed: z.number().int().nonnegative(),
  sampleRate: positive,
  hopSamples: positive,
  encoder: z.strictObject({ codes: positive, registers: positive, utterances: positive, pitchWeight: rate }),
  gpt,
  vits,
  sampling: z.strictObject({
    topK: positive,
    topP: fraction,
    temperature: z.number().nonnegative(),
    repetitionPenalty: rate,
    minimumTokens: z.number().int().nonnegative(),
    stutterTokens: z.number().int().nonnegative().default(0),
    pace: z.number().min(0.2).max(5).optional(),
  }),
  noiseScale: z.number().nonnegative(),
  historyTurns: positive,
});

export type VoiceConfig = z.infer<typeof voiceConfigSchema>;

/** Reads and checks a configuration. @throws VoiceConfigError naming the file and the key */
export async function readVoiceConfig(file: string): Promise<VoiceConfig> {
  return checkConfig(file, await readConfigFile(file), voiceConfigSchema);
}
