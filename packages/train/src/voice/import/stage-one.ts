// Reads the first stage: a ConGPT checkpoint (`s1…ckpt`).
import { isArrayTensor, type ArrayTensor } from '@gpt-talker/checkpoint';
import { ConGpt, configFromUpstream, type ConGptConfig } from '@gpt-talker/gpt/model';
import { ParameterStore } from '@gpt-talker/nn';
import { SYMBOLS, SYMBOLS_V2 } from '@gpt-talker/tokenizer';
import type { VoiceManifest } from '@gpt-talker/voice';
import { z } from 'zod';
import { ensureBackend } from '../../engine/backend';
import { ImportError } from './errors';
import { loadUpstreamWeights, readUpstreamCheckpoint, type UpstreamCheckpoint } from './upstream-checkpoint';

export interface StageOne {
  file: string;
  config: ConGptConfig;
  model: ConGpt;
  store: ParameterStore;
  /** The symbols whose embeddings the weights hold: v1's, or those of v2 and its successors. */
  symbols: readonly string[];
  /** How many tokens upstream chooses among. */
  topK: number;
  /** Of a checkpoint that this project exported. */
  own?: OwnSettings;
  /** Names of weights that the model does not have. */
  unexpected: string[];
}

const FEATURE_WEIGHT = 'model.bert_proj.weight';
const FEATURE_BIAS = 'model.bert_proj.bias';
const PHONEME_TABLE = 'model.ar_text_embedding.word_embeddings.weight';

const count = z.number().int().positive();
const configSchema = z.object({
  model: z.object({
    vocab_size: count,
    phoneme_vocab_size: count,
    embedding_dim: count,
    hidden_dim: count,
    head: count,
    n_layer: count,
    EOS: count,
  }),
  inference: z.object({ top_k: count }).optional(),
});

const ROLE_TABLE = 'model.role_embedding.weight';

const number = z.coerce.number();
const ownSchema = z.object({
  layout: z.object({
    order: z.enum(['interleaved', 'text-first']),
    text_mask: z.enum(['causal', 'bidirectional']),
    history_turns: number.int().min(0).max(100),
    max_positions: number.int().positive().max(1_000_000),
  }),
  /** The alignment prior, as JSON; voice.json checks its numbers. */
  alignment: z
    .string()
    .max(1_000_000)
    .transform((text) => JSON.parse(text) as NonNullable<VoiceManifest['layout']['alignment']>)
    .optional(),
  sampling: z.object({
    topK: number,
    topP: number,
    temperature: number,
    repetitionPenalty: number,
    minimumTokens: number,
    stutterTokens: number.default(0),
    pace: number.optional(),
    phonemeWeight: number.optional(),
  }),
});
/** How a model of this project's reads and speaks. */
export type OwnSettings = z.infer<typeof ownSchema>;

export interface StageOneOptions {
  /** Without text features the voice needs no BERT, and can read English only. */
  features: boolean;
}

/** @throws ImportError, CheckpointError, GptError */
export async function readStageOne(file: string, { features }: StageOneOptions): Promise<StageOne> {
  const checkpoint = await readUpstreamCheckpoint(file);
  const { model: sizes, inference } = parseConfig(checkpoint);
  const feature = checkpoint.weights.get(FEATURE_WEIGHT);
  if (!feature)
    throw new ImportError('weights', `${file}: the weights lack ${FEATURE_WEIGHT}; give a ConGPT checkpoint`);
  const own = ownParts(checkpoint);
  for (const [name, tensor] of own.weights) checkpoint.weights.set(name, tensor);
  const config = configFromUpstream(sizes, {
    roles: own.weights.has(ROLE_TABLE),
    featureWidth: features ? feature.shape[1] : 0,
    ...(own.settings?.layout && { maxPositions: own.settings.layout.max_positions }),
  });
  if (!features) foldFeatureBias(checkpoint);
  ensureBackend();
  const store = new ParameterStore({ initialize: false });
  const model = new ConGpt(store.scope('model'), config);
  const unexpected = loadUpstreamWeights(store, checkpoint);
  const symbols = sizes.phoneme_vocab_size >= SYMBOLS_V2.length ? SYMBOLS_V2 : SYMBOLS;
  return { file, config, model, store, symbols, topK: inference?.top_k ?? 5, own: own.settings, unexpected };
}

/** What a checkpoint that came from here holds under `gpt_talker`. @throws ImportError `config` where it makes no sense */
function ownParts({ file, own = {} }: UpstreamCheckpoint): {
  weights: Map<string, ArrayTensor>;
  settings?: OwnSettings;
} {
  const { config, ...rest } = own;
  const weights = new Map(
    Object.entries(rest).filter((entry): entry is [string, ArrayTensor] => isArrayTensor(entry[1])),
  );
  if (config === undefined) return { weights };
  try {
    return { weights, settings: ownSchema.parse(config) };
  } catch (cause) {
    const [issue] = (cause as z.ZodError).issues ?? [];
    throw new ImportError(
      'config',
      `${file}: gpt_talker.config.${issue?.path.join('.') ?? ''}: ${issue?.message ?? (cause as Error).message}; export the run again`,
      { cause },
    );
  }
}

function parseConfig(checkpoint: UpstreamCheckpoint): z.infer<typeof configSchema> {
  const { file, config } = checkpoint;
  const model = config?.model as Record<string, unknown> | undefined;
  if (model && 'inter_channels' in model) {
    throw new ImportError(
      'checkpoint',
      `${file}: is a second-stage (SoVITS) checkpoint; give the first stage's .ckpt here`,
    );
  }
  const parsed = configSchema.safeParse(config ?? {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new ImportError(
      'config',
      `${file}: config.${issue.path.join('.')}: ${issue.message}; give a ConGPT checkpoint with its configuration`,
    );
  }
  const { model: sizes } = parsed.data;
  const refuse = (what: string) => new ImportError('config', `${file}: config.model: ${what}, which is not known`);
  const held = checkpoint.weights.get(PHONEME_TABLE)?.shape[0] ?? sizes.phoneme_vocab_size;
  if (held < SYMBOLS.length)
    throw refuse(`phoneme_vocab_size is ${held}, fewer than the ${SYMBOLS.length} symbols of v1`);
  if (sizes.embedding_dim !== sizes.hidden_dim)
    throw refuse(`embedding_dim ${sizes.embedding_dim} is not hidden_dim ${sizes.hidden_dim}`);
  if (sizes.EOS !== sizes.vocab_size - 1)
    throw refuse(`EOS ${sizes.EOS} is not the last of ${sizes.vocab_size} tokens`);
  // What the weights hold counts: configurations of later versions have been seen with v1's number.
  return { ...parsed.data, model: { ...sizes, phoneme_vocab_size: held } };
}

/** What the projection adds to every phoneme where the features are zeros moves into the phonemes' embedding. */
function foldFeatureBias({ weights }: UpstreamCheckpoint): void {
  const [bias, table] = [weights.get(FEATURE_BIAS), weights.get(PHONEME_TABLE)];
  if (!bias || !table) return; // Loading says which of them is missing.
  const width = bias.data.length;
  weights.set(PHONEME_TABLE, {
    ...table,
    data: Float32Array.from(table.data, (value, index) => value + bias.data[index % width]),
  });
  weights.delete(FEATURE_BIAS);
  weights.delete(FEATURE_WEIGHT);
}
