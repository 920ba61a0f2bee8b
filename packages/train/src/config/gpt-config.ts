// The configuration of stage 1 in upstream's words (`configs/s1longer.yaml` of GPT-SoVITS and GPT-Talker), with a few keys of our
// own, each of which has a default. What upstream reads and ignores is read and obeyed here: see `optimizer`.
import { congptConfig } from '@gpt-talker/gpt/model';
import { z } from 'zod';
import type { ConGptRecipe } from '../congpt/recipe';
import { checkConfig, readConfigFile } from './check-config';
import { VoiceConfigError } from './config-error';
import { LORA_TARGETS, loraSchema } from './lora-config';

const positive = z.number().int().positive();
const whole = z.number().int().nonnegative();
const rate = z.number().positive();
const fraction = z.number().min(0).max(1);

export const gptConfigSchema = z.strictObject({
  train: z.strictObject({
    seed: whole,
    epochs: positive,
    /** Rows of a batch, each filled with examples up to `data.max_positions`. */
    batch_size: positive,
    save_every_n_epoch: positive.default(1),
    /** Upstream's mixed precision; training here is in float32 whatever it says. */
    precision: z.union([z.string(), z.number()]).optional(),
    gradient_clip: rate.default(1),
    if_save_every_weights: z.boolean().optional(),
    if_save_latest: z.boolean().optional(),
    half_weights_save_dir: z.string().optional(),
    exp_name: z.string().optional(),
    if_dpo: z.literal(false).optional(),
    /** Batches whose gradients are summed before a step; upstream's code has 4. */
    accumulate: positive.default(1),
    save_every_steps: positive.default(200),
    keep_last: whole.default(2),
    /** Low-rank adapters instead of all weights. */
    lora: loraSchema.optional(),
  }),
  optimizer: z.strictObject({
    kind: z.enum(['scaled-adam', 'adamw']).default('scaled-adam'),
    lr: rate,
    lr_init: rate,
    lr_end: rate,
    warmup_steps: whole,
    decay_steps: positive,
    betas: z.tuple([fraction, fraction]).default([0.9, 0.95]),
    /** For AdamW only. */
    weight_decay: z.number().nonnegative().default(0.01),
    clipping_scale: rate.default(2),
    clipping_update_period: positive.default(1000),
  }),
  data: z.strictObject({
    max_eval_sample: positive.default(8),
    max_sec: rate.default(54),
    num_workers: whole.optional(),
    pad_val: whole.optional(),
    /** Positions (phonemes and tokens) of a row; longer examples lose history, then are left out. */
    max_positions: positive.default(1024),
    /** How often an example has 0, 1, 2 … turns of history. */
    history_shares: z.array(fraction).min(1).default([0.3, 0.3, 0.4]),
    /** Whose turns are learnt. */
    roles: z
      .array(z.enum(['user', 'agent']))
      .min(1)
      .default(['user', 'agent']),
  }),
  model: z.strictObject({
    vocab_size: positive,
    phoneme_vocab_size: positive,
    embedding_dim: positive,
    hidden_dim: positive,
    head: positive,
    linear_units: positive,
    n_layer: positive,
    dropout: fraction,
    EOS: whole,
    random_bert: z.number().min(0).optional(),
    /** Whether a position knows who speaks; the embedding starts at zero. */
    role_embedding: z.boolean().default(true),
    /** Width of a text feature; 1024 for upstream's BERT. Turns without features have zeros. */
    feature_width: whole.default(1024),
    order: z.enum(['interleaved', 'text-first']).default('interleaved'),
    text_mask: z.enum(['causal', 'bidirectional']).default('causal'),
  }),
  inference: z.strictObject({ top_k: positive }).optional(),
  train_semantic_path: z.string().optional(),
  train_phoneme_path: z.string().optional(),
  output_dir: z.string().optional(),
  pretrained_s1: z.string().optional(),
});

export type GptConfig = z.infer<typeof gptConfigSchema>;

/** Reads and checks a stage-1 configuration. @throws VoiceConfigError naming the file and the key */
export async function readGptConfig(file: string): Promise<GptConfig> {
  return checkConfig(file, await readConfigFile(file), gptConfigSchema);
}

/** What GPT-Talker and GPT-SoVITS speak with, whatever a checkpoint was trained with. */
export const UPSTREAM_SAMPLING = {
  topP: 1,
  temperature: 1,
  repetitionPenalty: 1.35,
  minimumTokens: 11,
  stutterTokens: 0,
} as const;
const UPSTREAM_TOP_K = 5;

/** @throws VoiceConfigError where sizes do not go together */
export function conGptRecipeOf({ train, optimizer, data, model, inference }: GptConfig): ConGptRecipe {
  if (model.EOS !== model.vocab_size - 1)
    throw new VoiceConfigError(
      `model.EOS is ${model.EOS}, the last of the vocabulary is ${model.vocab_size - 1}: set EOS to it`,
    );
  const { lr: peak, lr_init: initial, lr_end: end, warmup_steps: warmupSteps, decay_steps: totalSteps } = optimizer;
  return {
    stage: 'gpt',
    name: train.exp_name ?? 'ConGPT',
    seed: train.seed,
    weightSeed: train.seed,
    length: { epochs: train.epochs },
    rate: { kind: 'warmup-cosine', initial, peak, end, warmupSteps, totalSteps },
    accumulate: train.accumulate,
    saveEverySteps: train.save_every_steps,
    keepLast: train.keep_last,
    model: congptConfig({
      layers: model.n_layer,
      width: model.hidden_dim,
      heads: model.head,
      feedForward: model.linear_units,
      phonemeVocabulary: model.phoneme_vocab_size,
      semanticVocabulary: model.vocab_size,
      featureWidth: model.feature_width,
      roles: model.role_embedding,
      maxPositions: data.max_positions,
      dropout: model.dropout,
      hiddenDropout: model.dropout,
    }),
    layout: { order: model.order, textMask: model.text_mask },
    examples: {
      order: 'epochs',
      rows: train.batch_size,
      positions: data.max_positions,
      historyShares: data.history_shares,
      roles: data.roles,
      validationBatches: data.max_eval_sample,
      positionsKey: 'data.max_positions',
    },
    optimizer:
      optimizer.kind === 'adamw'
        ? { kind: 'adamw', betas: optimizer.betas, weightDecay: optimizer.weight_decay, clipNorm: train.gradient_clip }
        : {
            kind: 'scaled-adam',
            betas: optimizer.betas,
            clippingScale: optimizer.clipping_scale,
            clippingUpdatePeriod: optimizer.clipping_update_period,
          },
    ...(train.lora && {
      lora: { ...train.lora, targets: train.lora.targets.map((target) => LORA_TARGETS[target]) },
    }),
    voice: {
      historyTurns: data.history_shares.length - 1,
      sampling: { topK: inference?.top_k ?? UPSTREAM_TOP_K, ...UPSTREAM_SAMPLING },
    },
  };
}
