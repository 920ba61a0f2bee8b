// Weights of the full published size, made up from a seed, in the files that people have: both stages of GPT-SoVITS v1, v2, v2Pro or
// v2ProPlus, HuBERT base, BERT large and ERes2NetV2. Norms are the identity and products keep their variance, so that what is
// computed with them is finite; nobody understands it.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ConGpt, configFromUpstream } from '@gpt-talker/gpt/model';
import { ParameterStore, type Scope } from '@gpt-talker/nn';
import { writeSafetensors, writeTorch, type ArrayTensor } from '@gpt-talker/checkpoint';
import { Bert } from '@gpt-talker/tokenizer/bert';
import { Hubert } from '@gpt-talker/tokenizer/hubert';
import { ERes2NetV2, PUBLISHED_SPEAKER_ENCODER } from '@gpt-talker/tokenizer/speaker';
import { ConVits, PUBLISHED_VERSIONS, type ConVitsConfig, type SovitsVersion } from '@gpt-talker/vits/model';

export const VERSIONS = Object.keys(PUBLISHED_VERSIONS) as SovitsVersion[];

type Weights = Map<string, ArrayTensor>;

/** The weights that a module declares, in 16 bits. */
function weightsOf(seed: number, declare: (scope: Scope) => unknown): Weights {
  const store = new ParameterStore();
  declare(store.scope());
  const weights: Weights = new Map(
    store
      .parameters()
      .map(({ name, shape }, index) => [
        name,
        { dtype: 'float16', shape: [...shape], data: valuesOf(name, shape, seed * 10_007 + index) },
      ]),
  );
  store.dispose();
  return weights;
}

const IDENTITY = /(norm\d?|LayerNorm|layer_norm|norm_layers_\d\.\d+)\.(weight|gamma)$|weight_g$|alpha$|prelu\.weight$/i;
const ZERO = /\.(bias|beta)$/;

function valuesOf(name: string, shape: readonly number[], seed: number): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  if (ZERO.test(name)) return new Float32Array(size);
  if (IDENTITY.test(name)) return new Float32Array(size).fill(1);
  const inputs = shape.slice(1).reduce((product, length) => product * length, 1);
  const scale = Math.sqrt(3 / Math.max(1, inputs));
  const values = new Float32Array(size);
  let state = seed | 1;
  for (let index = 0; index < size; index++) {
    // xorshift: 300 million numbers in seconds.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[index] = (state / 2 ** 31) * scale;
  }
  return values;
}

export async function writeStageOne(file: string, symbols: 512 | 732, seed: number): Promise<void> {
  const model = {
    ...{ vocab_size: 1025, phoneme_vocab_size: symbols, embedding_dim: 512, hidden_dim: 512, head: 16 },
    ...{ linear_units: 2048, n_layer: 24, dropout: 0, EOS: 1024, random_bert: 0 },
  };
  const weight = weightsOf(
    seed,
    (scope) => new ConGpt(scope.child('model'), configFromUpstream(model, { roles: false })),
  );
  endSometimes(weight, model);
  await writeFile(file, writeTorch({ weight, config: { model, inference: { top_k: 15 } }, info: 'made up' }));
}

/**
 * Of random numbers, the end of speech is never among the likeliest tokens, or always: it has a logit of about END_LOGIT here, where the
 * fifteen likeliest of 1,025 tokens have 2.2 to 3.2, so that replies end after seconds. One column of the head is the end's alone, and the
 * last norm's bias keeps it lit.
 */
function endSometimes(weights: Weights, { n_layer: layers, EOS: end }: { n_layer: number; EOS: number }): void {
  const head = floats(weights, 'model.ar_predict_layer.weight');
  const bias = floats(weights, `model.h.layers.${layers - 1}.norm2.bias`);
  const width = bias.length;
  for (let token = 0; token * width < head.length; token++) head[token * width] = 0;
  head.fill(0, end * width, (end + 1) * width);
  bias[0] = 10;
  head[end * width] = END_LOGIT / bias[0];
}
const END_LOGIT = 2.4;

function floats(weights: Weights, name: string): Float32Array {
  const data = weights.get(name)?.data;
  if (!(data instanceof Float32Array)) throw new TypeError(`${name} is made of floats`);
  return data;
}

export async function writeStageTwo(file: string, version: SovitsVersion, seed: number): Promise<void> {
  const sizes = PUBLISHED_VERSIONS[version];
  const weight = weightsOf(seed, (scope) => new ConVits(scope, sizes, { posterior: false }));
  const bytes = writeTorch({ weight, config: upstreamConfig(sizes, version), info: 'made up' });
  const tag = { v1: undefined, v2: undefined, v2Pro: '05', v2ProPlus: '06' }[version];
  if (tag) bytes.set(Buffer.from(tag));
  await writeFile(file, bytes);
}

function upstreamConfig(sizes: ConVitsConfig, version: SovitsVersion) {
  const { decoder } = sizes;
  if (decoder.kind !== 'hifigan') throw new TypeError(`${version} has no HiFi-GAN`);
  return {
    data: { sampling_rate: 32000, filter_length: 2048, hop_length: 640, win_length: 2048, n_speakers: 300 },
    model: {
      ...{ inter_channels: 192, hidden_channels: 192, filter_channels: 768, n_heads: 2, n_layers: 6, kernel_size: 3 },
      ...{ p_dropout: sizes.dropout, resblock: '1', resblock_kernel_sizes: [...decoder.residualKernels] },
      resblock_dilation_sizes: decoder.residualDilations.map((row) => [...row]),
      upsample_rates: [...decoder.upsampleRates],
      upsample_initial_channel: decoder.initialChannels,
      upsample_kernel_sizes: [...decoder.upsampleKernels],
      ...{ gin_channels: sizes.styleChannels, semantic_frame_rate: '25hz', freeze_quantizer: true, version },
    },
  };
}

export async function writeHubert(folder: string, seed: number): Promise<void> {
  const config = {
    ...{ model_type: 'hubert', hidden_act: 'gelu', conv_dim: new Array<number>(7).fill(512) },
    ...{ conv_kernel: [10, 3, 3, 3, 3, 2, 2], conv_stride: [5, 2, 2, 2, 2, 2, 2], hidden_size: 768 },
    ...{ num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
    ...{ num_conv_pos_embeddings: 128, num_conv_pos_embedding_groups: 16 },
  };
  const weights = weightsOf(
    seed,
    (scope) =>
      new Hubert(scope, {
        convolutions: config.conv_dim.map((channels, index) => ({
          channels,
          kernel: config.conv_kernel[index],
          stride: config.conv_stride[index],
        })),
        ...{ convolutionBias: false, projectionNorm: true, width: 768, layers: 12, heads: 12, feedForward: 3072 },
        ...{ positionKernel: 128, positionGroups: 16, epsilon: 1e-5 },
      }),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(path.join(folder, 'model.safetensors'), writeSafetensors(weights));
}

const BERT_VOCABULARY = 21_128;

export async function writeBert(folder: string, seed: number): Promise<void> {
  const config = {
    ...{ model_type: 'bert', hidden_act: 'gelu', vocab_size: BERT_VOCABULARY, hidden_size: 1024 },
    ...{ num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 4096, max_position_embeddings: 512 },
  };
  const weights = weightsOf(
    seed,
    (scope) =>
      new Bert(scope.child('bert'), {
        ...{ vocabulary: BERT_VOCABULARY, width: 1024, layers: 24, heads: 16, feedForward: 4096 },
        ...{ maximumPositions: 512, tokenTypes: 2, epsilon: 1e-12 },
      }),
  );
  const marks = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...'，。！？；：、,.!?…-'];
  const characters = Array.from({ length: BERT_VOCABULARY - marks.length }, (_, index) =>
    String.fromCodePoint(0x4e00 + index),
  );
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(path.join(folder, 'vocab.txt'), `${[...marks, ...characters].join('\n')}\n`);
  await writeFile(path.join(folder, 'model.safetensors'), writeSafetensors(weights));
}

/** With batch norms (of no effect) behind the convolutions, as its file has them. */
export async function writeSpeakerEncoder(file: string, seed: number): Promise<void> {
  const weights = weightsOf(seed, (scope) => new ERes2NetV2(scope, PUBLISHED_SPEAKER_ENCODER));
  for (const [name, { shape }] of [...weights]) {
    if (!name.endsWith('.bias')) continue;
    const convolution = name.slice(0, -'.bias'.length);
    if (!/local_att\.\d$/.test(convolution)) weights.delete(name);
    const norm = convolution
      .replace(/conv(\d)$/, 'bn$1')
      .replace(/convs\.(\d)$/, 'bns.$1')
      .replace(/shortcut\.0$/, 'shortcut.1')
      .replace(/local_att\.([03])$/, (_, place: string) => `local_att.${Number(place) + 1}`);
    for (const [part, value] of Object.entries({ weight: 1, bias: 0, running_mean: 0, running_var: 1 }))
      weights.set(`${norm}.${part}`, {
        dtype: 'float32',
        shape: [...shape],
        data: new Float32Array(shape[0]).fill(value),
      });
    weights.set(`${norm}.num_batches_tracked`, { dtype: 'int64', shape: [], data: Int32Array.of(1) });
  }
  await writeFile(file, writeTorch(weights));
}

export interface FullSizeFiles {
  gpt: string;
  vits: string;
  hubert: string;
  bert: string;
  speaker: string;
}

/** Writes everything that a version needs into a folder; BERT, the largest by far, may be left out: without it English is read. */
export async function writeFullSize(
  folder: string,
  version: SovitsVersion,
  { seed = 1, bert = true } = {},
): Promise<FullSizeFiles> {
  tf.enableProdMode();
  await mkdir(folder, { recursive: true });
  const at = (name: string) => path.join(folder, name);
  const files = {
    gpt: at('s1.ckpt'),
    vits: at('s2G.pth'),
    hubert: at('hubert'),
    bert: at('bert'),
    speaker: at('eres2netv2.ckpt'),
  };
  await writeStageOne(files.gpt, version === 'v1' ? 512 : 732, seed);
  await writeStageTwo(files.vits, version, seed + 1);
  await writeHubert(files.hubert, seed + 2);
  if (bert) await writeBert(files.bert, seed + 3);
  if (PUBLISHED_VERSIONS[version].speaker) await writeSpeakerEncoder(files.speaker, seed + 4);
  return files;
}
