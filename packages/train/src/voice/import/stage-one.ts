// Reads the first stage: a ConGPT checkpoint (`s1…ckpt`).
import { ConGpt, configFromUpstream, type ConGptConfig } from '@gpt-talker/gpt/model';
import { ParameterStore } from '@gpt-talker/nn';
import { SYMBOLS } from '@gpt-talker/tokenizer';
import { z } from 'zod';
import { ensureBackend } from '../../engine/backend';
import { ImportError } from './errors';
import { loadUpstreamWeights, readUpstreamCheckpoint, type UpstreamCheckpoint } from './upstream-checkpoint';

export interface StageOne {
  file: string;
  config: ConGptConfig;
  model: ConGpt;
  store: ParameterStore;
  /** How many tokens upstream chooses among. */
  topK: number;
  /** Names of weights that the model does not have. */
  unexpected: string[];
}

const PHONEMES_OF_LATER_VERSIONS = 732;
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
  const config = configFromUpstream(sizes, { roles: false, featureWidth: features ? feature.shape[1] : 0 });
  if (!features) foldFeatureBias(checkpoint);
  ensureBackend();
  const store = new ParameterStore();
  const model = new ConGpt(store.scope('model'), config);
  const unexpected = loadUpstreamWeights(store, checkpoint);
  return { file, config, model, store, topK: inference?.top_k ?? 5, unexpected };
}

function parseConfig({ file, config }: UpstreamCheckpoint): z.infer<typeof configSchema> {
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
  if (sizes.phoneme_vocab_size === PHONEMES_OF_LATER_VERSIONS) {
    throw new ImportError(
      'version',
      `${file}: is of GPT-SoVITS v2 or later (${sizes.phoneme_vocab_size} phonemes); only v1 and GPT-Talker weights can be imported`,
    );
  }
  const refuse = (what: string) => new ImportError('config', `${file}: config.model: ${what}, which is not known`);
  if (sizes.phoneme_vocab_size < SYMBOLS.length)
    throw refuse(`phoneme_vocab_size is ${sizes.phoneme_vocab_size}, fewer than the ${SYMBOLS.length} symbols`);
  if (sizes.embedding_dim !== sizes.hidden_dim)
    throw refuse(`embedding_dim ${sizes.embedding_dim} is not hidden_dim ${sizes.hidden_dim}`);
  if (sizes.EOS !== sizes.vocab_size - 1)
    throw refuse(`EOS ${sizes.EOS} is not the last of ${sizes.vocab_size} tokens`);
  return parsed.data;
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
