// Configurations of models so small that a step takes milliseconds, for tests of what several processes train together.
import type { ConGptRecipe } from '../src/congpt/recipe';
import { conGptRecipeOf, gptConfigSchema } from '../src/config/gpt-config';
import { conVitsRecipeOf, vitsConfigSchema } from '../src/config/vits-config';
import { voiceConfigSchema, voiceRecipesOf } from '../src/config/voice-config';
import type { ConVitsRecipe } from '../src/convits/recipe';

/** Of the corpus that the recipes are for, see tiny-corpus.ts. */
export const TINY_RATE = 4000;
export const TINY_CORPUS = { dialogues: 10, turns: 3, sampleRate: TINY_RATE, sslWidth: 6 };

export interface TinyOptions {
  /** Rows of a batch. */
  rows: number;
  accumulate?: number;
  optimizer?: 'adamw' | 'scaled-adam';
  trainQuantizer?: boolean;
}

export function tinyConGpt({ rows, accumulate = 1, optimizer: kind = 'adamw' }: TinyOptions): ConGptRecipe {
  return conGptRecipeOf(
    gptConfigSchema.parse({
      train: { seed: 1, epochs: 9, batch_size: rows, accumulate },
      optimizer: { kind, lr: 0.01, lr_init: 0.001, lr_end: 0.001, warmup_steps: 4, decay_steps: 200 },
      data: { max_positions: 96, max_eval_sample: 1 },
      model: {
        ...{ vocab_size: 12, phoneme_vocab_size: 16, embedding_dim: 16, hidden_dim: 16, head: 2, linear_units: 32 },
        ...{ n_layer: 2, dropout: 0.1, EOS: 11, feature_width: 0 },
      },
    }),
  );
}

/** In upstream's keys: whole utterances and both players. */
export function tinyConVits({ rows, accumulate = 1, trainQuantizer = false }: TinyOptions): ConVitsRecipe {
  return conVitsRecipeOf(
    vitsConfigSchema.parse({
      train: {
        ...{ seed: 1, epochs: 9, learning_rate: 0.002, betas: [0.8, 0.99], eps: 1e-9, batch_size: rows },
        ...{ segment_size: 640, c_mel: 45, c_kl: 1, text_low_lr_rate: 0.4, bucket_frames: [40], accumulate },
        ...{ phonemes_per_frame: 0.2, lr_decay: 0.99 },
      },
      data: {
        ...{ sampling_rate: TINY_RATE, filter_length: 256, hop_length: 80, win_length: 256, n_mel_channels: 12 },
        ...{ mel_fmin: 0, mel_fmax: null },
      },
      model: {
        ...{ inter_channels: 4, hidden_channels: 8, filter_channels: 8, n_heads: 2, n_layers: 1, kernel_size: 3 },
        ...{ p_dropout: 0.1, resblock: '2', resblock_kernel_sizes: [3], resblock_dilation_sizes: [[1]] },
        ...{ upsample_rates: [10, 8], upsample_initial_channel: 8, upsample_kernel_sizes: [10, 8], gin_channels: 8 },
        ...{ codebook_size: 12, codebook_width: 6, symbols: 10, posterior_layers: 1, flow_layers: 1 },
        ...{ style_hidden_channels: 8, discriminator_size: 1, periods: [2], scale_discriminator: true },
        freeze_quantizer: !trainQuantizer,
      },
    }),
  );
}

/** Both stages of a voice of ours: drawn examples and crops. */
export function tinyVoice({ rows, accumulate = 1 }: TinyOptions): { gpt: ConGptRecipe; vits: ConVitsRecipe } {
  const learningRate = { initial: 0.001, peak: 0.002, end: 0.001, warmupSteps: 1 };
  const shared = { learningRate, weightDecay: 0.01, betas: [0.9, 0.95], clipNorm: 1, totalSteps: 60, accumulate };
  return voiceRecipesOf(
    voiceConfigSchema.parse({
      ...{ name: 'test', seed: 1, sampleRate: TINY_RATE, hopSamples: 80, historyTurns: 2, noiseScale: 0.3 },
      encoder: { codes: 12, registers: 1, utterances: 10, pitchWeight: 1 },
      gpt: {
        model: {
          layers: 1,
          width: 8,
          heads: 1,
          feedForward: 8,
          phonemeVocabulary: 322,
          dropout: 0.1,
          maxPositions: 200,
        },
        train: { rows, positions: 80, historyShares: [0.5, 0.5], roles: ['agent'], ...shared },
      },
      vits: {
        model: {
          ...{ interChannels: 4, hiddenChannels: 8, filterChannels: 8, textLayers: 1, speechLayers: 1 },
          ...{ styleChannels: 8, codeWidth: 8, attentionWindow: 4, posteriorLayers: 1, fftSize: 256 },
          flow: { couplings: 2, kernel: 3, layers: 1 },
          decoder: { width: 8, blocks: 1, expansion: 2, kernel: 3, fftSize: 128, parts: 2, pitchWidth: 8 },
        },
        train: {
          ...{ utterances: rows, tokens: 8, phonemes: 8, referenceFrames: 12, loudness: -23, ...shared },
          lossWeights: { mel: 45, kl: 1, pitch: 10, alignment: 3, level: 1 },
        },
      },
      sampling: { topK: 5, topP: 1, temperature: 0.6, repetitionPenalty: 1, minimumTokens: 1 },
    }),
  );
}
