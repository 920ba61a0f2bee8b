// The configuration of a voice: one YAML (or JSON) file for its encoder and both models, checked against a schema. An unknown
// key is an error, so that a misspelt one is never silently ignored.
import { congptConfig } from '@gpt-talker/gpt/model';
import { SYMBOLS } from '@gpt-talker/tokenizer';
import { z } from 'zod';
import type { ConGptRecipe } from '../congpt/recipe';
import type { ConVitsRecipe } from '../convits/recipe';
import { checkConfig, readConfigFile } from './check-config';
import { discriminatorSchema, discriminatorsOf } from './discriminator-config';
import { checkFrameRate } from './frame-rate';
import { LORA_TARGETS, loraSchema } from './lora-config';

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
    /** Batches whose gradients are summed before a step. */
    accumulate: positive.default(1),
    /** Low-rank adapters instead of all weights. */
    lora: loraSchema.optional(),
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
      pitchReach: positive.optional(),
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
    lossWeights: z.strictObject({
      mel: rate,
      kl: z.number().nonnegative(),
      pitch: rate,
      level: z.number().nonnegative().optional(),
      alignment: rate.optional(),
    }),
    /** Of a batch, decoded from the posterior; 0: none, and the posterior is left out. */
    posteriorShare: fraction.optional(),
    loudness: z.number().min(-60).max(0).optional(),
    accumulate: positive.default(1),
    /** Discriminators that judge what is made; absent: none. */
    adversarial: discriminatorSchema.extend({ weight: rate.default(1), featureWeight: rate.default(1) }).optional(),
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
    phonemeWeight: z.number().min(0).max(10).optional(),
  }),
  noiseScale: z.number().nonnegative(),
  historyTurns: positive,
});

export type VoiceConfig = z.infer<typeof voiceConfigSchema>;

/** Reads and checks a configuration. @throws VoiceConfigError naming the file and the key */
export async function readVoiceConfig(file: string): Promise<VoiceConfig> {
  return checkConfig(file, await readConfigFile(file), voiceConfigSchema);
}

/** Enough to compare runs, cheap enough to score often. */
const VALIDATION_BATCHES = 3;
const EPSILON = 1e-9;

export interface VoiceRecipes {
  gpt: ConGptRecipe;
  vits: ConVitsRecipe;
}

/** Both stages of a voice. */
export function voiceRecipesOf(config: VoiceConfig): VoiceRecipes {
  return { gpt: conGptOf(config), vits: conVitsOf(config) };
}

function conGptOf({ name, seed, encoder, gpt, historyTurns, sampling }: VoiceConfig): ConGptRecipe {
  const { alignment, ...sizes } = gpt.model;
  const { train } = gpt;
  return {
    stage: 'gpt',
    name,
    seed,
    weightSeed: seed,
    length: { steps: train.totalSteps },
    rate: { kind: 'warmup-cosine', ...train.learningRate, totalSteps: train.totalSteps },
    accumulate: train.accumulate,
    model: congptConfig({ ...sizes, semanticVocabulary: encoder.codes + 1, featureWidth: 0, roles: true }),
    layout: { order: 'interleaved', textMask: 'causal' },
    ...(alignment && { alignment }),
    examples: {
      order: 'draws',
      rows: train.rows,
      positions: train.positions,
      historyShares: train.historyShares,
      ...(train.aloneStyles && { aloneStyles: train.aloneStyles }),
      roles: train.roles,
      validationBatches: VALIDATION_BATCHES,
      positionsKey: 'train.positions',
    },
    optimizer: { kind: 'adamw', betas: train.betas, weightDecay: train.weightDecay, clipNorm: train.clipNorm },
    ...(train.lora && {
      lora: { ...train.lora, targets: train.lora.targets.map((target) => LORA_TARGETS[target]) },
    }),
    voice: { historyTurns, sampling },
  };
}

function conVitsOf({ name, seed, encoder, sampleRate, hopSamples, vits, noiseScale }: VoiceConfig): ConVitsRecipe {
  checkFrameRate({ sampleRate, hopSamples }, ['sampleRate', 'hopSamples']);
  const { codeWidth, posteriorLayers, fftSize, decoder, ...sizes } = vits.model;
  const { train } = vits;
  const { adversarial } = train;
  return {
    stage: 'vits',
    name,
    seed,
    weightSeed: seed + 1,
    length: { steps: train.totalSteps },
    rate: { kind: 'warmup-cosine', ...train.learningRate, totalSteps: train.totalSteps },
    accumulate: train.accumulate,
    model: {
      ...sizes,
      spectrogramBins: fftSize / 2 + 1,
      symbols: SYMBOLS.length,
      heads: 2,
      kernel: 3,
      dropout: 0,
      relativeWindow: 4,
      styleEncoder: { hiddenChannels: sizes.styleChannels, kernel: 5, heads: 2 },
      crossAttentionHeads: 4,
      quantizer: { kind: 'spectral', size: encoder.codes, width: codeWidth },
      posterior: { kernel: 5, layers: posteriorLayers },
      decoder: { kind: 'source-filter', hopSamples, ...decoder },
    },
    ...(adversarial && { discriminators: discriminatorsOf(adversarial) }),
    audio: { sampleRate, hopSamples, fftSize, windowSamples: fftSize },
    examples: {
      kind: 'crops',
      utterances: train.utterances,
      tokens: train.tokens,
      phonemes: train.phonemes,
      referenceFrames: train.referenceFrames,
      ...(train.loudness !== undefined && { loudness: train.loudness }),
      ...(train.posteriorShare !== undefined && { posteriorShare: train.posteriorShare }),
    },
    lossWeights: {
      ...train.lossWeights,
      ...(adversarial && { adversarial: adversarial.weight, feature: adversarial.featureWeight }),
    },
    optimizer: {
      betas: train.betas,
      epsilon: EPSILON,
      weightDecay: train.weightDecay,
      clipNorm: train.clipNorm,
      textRate: 1,
    },
    freezeQuantizer: false,
    noiseScale,
  };
}
