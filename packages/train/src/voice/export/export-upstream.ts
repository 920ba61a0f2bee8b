// Back to upstream: training checkpoints as the `.ckpt` and `.pth` that GPT-SoVITS and GPT-Talker load for inference
// ({weight, config, info}, half precision), with upstream's keys and shapes and nothing else among the weights.
import { writeAtomically } from '@gpt-talker/dataset';
import type { ArrayTensor, WritableValue } from '@gpt-talker/checkpoint';
import { writeTorch } from '@gpt-talker/checkpoint';
import { conGptRecipeOf, conVitsRecipeOf, type GptConfig, type VitsConfig } from '../../config';
import { readWeights } from '../../run/initialize';
import { mergeLora } from '../../engine/lora';
import type { AlignmentPrior } from '@gpt-talker/context';
import { readAlignment } from '../../congpt/alignment';
import type { ConGptRecipe } from '../../congpt/recipe';
import { createConGpt } from '../../congpt/model';
import { createConVits, isDiscriminator } from '../../convits/model';

export interface ExportUpstreamOptions {
  /** A training checkpoint of ours. */
  checkpoint: string;
  /** The file to write. */
  output: string;
  /** What upstream shows of a checkpoint; default: made by GPT-Talker in TypeScript. */
  info?: string;
}

export interface ExportedUpstream {
  /** Names of the weights that were written. */
  names: string[];
  /** Weights that upstream's model has no place for; they are beside `weight`, under `gpt_talker`. */
  extra: string[];
}

const INFO = 'GPT-Talker in TypeScript';
const UPSTREAM_FEATURE_WIDTH = 1024;

/** Stage 1: adapters are merged; a model without text features gets a projection of zeros. */
export async function exportUpstreamGpt(config: GptConfig, options: ExportUpstreamOptions): Promise<ExportedUpstream> {
  const recipe = conGptRecipeOf(config);
  const weights = mergeLora(await trainedWeights(options.checkpoint, createConGpt(recipe).store.names()));
  const { hidden_dim: width } = config.model;
  const zeros = (shape: number[]): ArrayTensor => ({
    dtype: 'float32',
    shape,
    data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
  });
  if (!weights.has('model.bert_proj.weight')) {
    weights.set('model.bert_proj.weight', zeros([width, UPSTREAM_FEATURE_WIDTH]));
    weights.set('model.bert_proj.bias', zeros([width]));
  }
  const own = { config: ownSettings(recipe, await readAlignment(options.checkpoint, recipe)) };
  const isUpstreams = (name: string) => !name.endsWith('role_embedding.weight');
  return write(weights, isUpstreams, upstreamGptConfig(config), options, { own });
}

/** How the model was trained to read, where that is not upstream's way: what an import needs to make the same voice of it. */
function ownSettings(recipe: ConGptRecipe, alignment: AlignmentPrior | undefined): WritableValue {
  const { layout, voice, model } = recipe;
  return {
    layout: {
      ...{ order: layout.order, text_mask: layout.textMask },
      ...{ history_turns: voice.historyTurns, max_positions: model.maxPositions },
    },
    ...(alignment && { alignment: JSON.stringify(alignment) }),
    sampling: { ...voice.sampling } as Record<string, WritableValue>,
  };
}

/** What upstream writes over a file's first two bytes, where they mark its version. */
const VERSION_TAGS: Readonly<Partial<Record<VitsConfig['model']['version'], string>>> = {
  v2Pro: '05',
  v2ProPlus: '06',
};

/** Stage 2: the generator without its posterior encoder. */
export async function exportUpstreamVits(
  config: VitsConfig,
  options: ExportUpstreamOptions,
): Promise<ExportedUpstream> {
  const names = createConVits(conVitsRecipeOf(config))
    .store.names()
    .filter((name) => !isDiscriminator(name) && !name.startsWith('enc_q.'));
  const weights = await trainedWeights(options.checkpoint, names);
  return write(weights, () => true, upstreamVitsConfig(config), options, {
    tag: VERSION_TAGS[config.model.version],
  });
}

async function trainedWeights(file: string, names: readonly string[]): Promise<Map<string, ArrayTensor>> {
  const read = await readWeights(file);
  const missing = names.filter((name) => !read.has(name));
  if (missing.length > 0)
    throw new Error(
      `${file}: lacks ${missing.length} weights (${missing.slice(0, 3).join(', ')}); export with the configuration that it was trained with`,
    );
  return new Map(names.map((name) => [name, read.get(name)!]));
}

async function write(
  weights: ReadonlyMap<string, ArrayTensor>,
  isUpstreams: (name: string) => boolean,
  config: WritableValue,
  { output, info = INFO }: ExportUpstreamOptions,
  { tag, own }: { tag?: string; own?: Record<string, WritableValue> } = {},
): Promise<ExportedUpstream> {
  const half = (names: readonly string[]) =>
    new Map(names.map((name) => [name, { ...weights.get(name)!, dtype: 'float16' as const }]));
  const names = [...weights.keys()].filter(isUpstreams);
  const extra = [...weights.keys()].filter((name) => !isUpstreams(name));
  const content: Record<string, WritableValue> = { weight: half(names), config, info };
  if (extra.length > 0 || own) content.gpt_talker = { ...Object.fromEntries(half(extra)), ...own };
  const bytes = writeTorch(content, output);
  if (tag !== undefined) bytes.set(Buffer.from(tag, 'latin1'));
  await writeAtomically(output, bytes);
  return { names, extra };
}

/** Upstream's own keys; where it looks for data and writes results is not passed on. */
function upstreamGptConfig({ train, optimizer, data, model, inference }: GptConfig): WritableValue {
  return {
    train: { seed: train.seed, epochs: train.epochs, batch_size: train.batch_size, gradient_clip: train.gradient_clip },
    optimizer: {
      ...{ lr: optimizer.lr, lr_init: optimizer.lr_init, lr_end: optimizer.lr_end },
      ...{ warmup_steps: optimizer.warmup_steps, decay_steps: optimizer.decay_steps },
    },
    data: { max_eval_sample: data.max_eval_sample, max_sec: data.max_sec, pad_val: model.EOS },
    model: {
      ...{ vocab_size: model.vocab_size, phoneme_vocab_size: model.phoneme_vocab_size },
      ...{ embedding_dim: model.embedding_dim, hidden_dim: model.hidden_dim, head: model.head },
      ...{ linear_units: model.linear_units, n_layer: model.n_layer, dropout: model.dropout },
      ...{ EOS: model.EOS, random_bert: model.random_bert ?? 0 },
    },
    inference: { top_k: inference?.top_k ?? 5 },
  };
}

const OWN_VITS_KEYS = {
  train: [
    ...['weight_decay', 'save_every_steps', 'keep_last', 'accumulate', 'adversarial'],
    ...['reference_split', 'bucket_frames', 'phonemes_per_frame'],
  ],
  model: [
    ...['codebook_size', 'codebook_width', 'symbols', 'posterior_layers', 'flow_layers', 'style_hidden_channels'],
    ...['discriminator_size', 'periods', 'scale_discriminator'],
    ...['style_bins', 'speaker_width', 'cross_attention_channels'],
  ],
};

function upstreamVitsConfig({ train, data, model }: VitsConfig): WritableValue {
  const without = (section: object, keys: readonly string[]) =>
    Object.fromEntries(
      Object.entries(section).filter(
        ([key, value]) => !keys.includes(key) && value !== undefined && !/_dir$|_files$|^pretrained/.test(key),
      ),
    ) as Record<string, WritableValue>;
  return {
    train: without(train, OWN_VITS_KEYS.train),
    data: without(data, []),
    model: without(model, OWN_VITS_KEYS.model),
  };
}
