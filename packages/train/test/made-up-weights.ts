// Weights as GPT-SoVITS (all versions) and GPT-Talker save them, and the Hugging Face folders that go with them: the right names and files, random
// numbers, small sizes.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ConGpt, configFromUpstream as gptConfig } from '@gpt-talker/gpt/model';
import { ParameterStore, Random } from '@gpt-talker/nn';
import { writeSafetensors, writeTorch, type ArrayTensor, type WritableValue } from '@gpt-talker/checkpoint';
import { Bert, type BertConfig } from '@gpt-talker/tokenizer/bert';
import { Hubert } from '@gpt-talker/tokenizer/hubert';
import { ERes2NetV2, embeddingWidth, type SpeakerEncoderConfig } from '@gpt-talker/tokenizer/speaker';
import {
  ConVits,
  configFromUpstream as vitsConfig,
  type ConVitsConfig,
  type SovitsVersion,
} from '@gpt-talker/vits/model';

export const CODES = 16;
export const HUBERT_WIDTH = 12;
export const BERT_WIDTH = 8;

/** Paths of what was written. */
export interface MadeUpWeights {
  gpt: string;
  vits: string;
  hubert: string;
  bert: string;
  speaker: string;
}

/** The content of an inference checkpoint, to be changed before it is written again. */
export interface UpstreamContent {
  weight: Map<string, ArrayTensor>;
  config: Record<string, Record<string, WritableValue>>;
  info: string;
}

const half = (weights: Map<string, ArrayTensor>): Map<string, ArrayTensor> =>
  new Map([...weights].map(([name, tensor]) => [name, { ...tensor, dtype: 'float16' }]));

/** A first stage, as saved in float16: of v1, or with the symbols of later versions. */
export function gptContent(symbols = 512): UpstreamContent {
  const model = {
    vocab_size: CODES + 1,
    phoneme_vocab_size: symbols,
    embedding_dim: 16,
    hidden_dim: 16,
    head: 2,
    linear_units: 64,
    n_layer: 2,
    dropout: 0,
    EOS: CODES,
  };
  const store = new ParameterStore({ seed: 1 });
  new ConGpt(store.scope('model'), gptConfig(model, { roles: false, featureWidth: BERT_WIDTH }));
  const weight = half(store.toArrays());
  store.dispose();
  return { weight, config: { model, inference: { top_k: 7 }, data: { max_sec: 54 } }, info: 'GPT-e1' };
}

export const SPEAKER_ENCODER: SpeakerEncoderConfig = {
  channels: 4,
  scale: 2,
  expansion: 2,
  stages: [2, 2, 4, 4].map((width) => ({ blocks: 1, width })),
};

const STYLE_BINS = 300;
const PRO = { styleChannels: 12, crossAttentionChannels: 8, speaker: { width: embeddingWidth(SPEAKER_ENCODER) } };

/** In what versions differ from v1, here as there. */
const VERSIONS: Readonly<Record<SovitsVersion, Partial<ConVitsConfig>>> = {
  v1: {},
  v2: { symbols: 732 },
  v2Pro: { symbols: 732, ...PRO },
  v2ProPlus: { symbols: 732, ...PRO },
};

const vitsWeights = new Map<SovitsVersion, Map<string, ArrayTensor>>();

/** A second stage. */
export function vitsContent(version: SovitsVersion = 'v1'): UpstreamContent {
  const wide = version === 'v2ProPlus';
  const config = {
    train: { segment_size: 20480 },
    data: { sampling_rate: 32000, filter_length: 1024, hop_length: 640, win_length: 1024, n_speakers: 300 },
    model: {
      inter_channels: 8,
      hidden_channels: 8,
      filter_channels: 16,
      n_heads: 2,
      n_layers: 2,
      kernel_size: 3,
      p_dropout: 0.1,
      resblock: '1',
      resblock_kernel_sizes: [3],
      resblock_dilation_sizes: [[1, 3, 5]],
      upsample_rates: [10, 8, 8],
      upsample_initial_channel: wide ? 24 : 16,
      upsample_kernel_sizes: [wide ? 20 : 16, 16, 16],
      gin_channels: VERSIONS[version].styleChannels ?? 8,
      version,
      semantic_frame_rate: '25hz',
    },
  };
  const weights = vitsWeights.get(version) ?? madeUpVitsWeights(config, version);
  vitsWeights.set(version, weights);
  return { weight: new Map(weights), config, info: '1epoch_1iteration' };
}

function madeUpVitsWeights(config: UpstreamContent['config'], version: SovitsVersion): Map<string, ArrayTensor> {
  const store = new ParameterStore({ seed: 2 });
  const quantizer = { kind: 'ssl' as const, size: CODES, width: HUBERT_WIDTH };
  const base = vitsConfig(config);
  const styleEncoder = version === 'v1' ? base.styleEncoder : { ...base.styleEncoder, bins: STYLE_BINS };
  const sizes = { ...base, styleEncoder, quantizer, ...VERSIONS[version] };
  new ConVits(store.scope(), sizes, { posterior: false });
  const weights = half(store.toArrays());
  store.dispose();
  return weights;
}

export function upstreamFile({ weight, config, info }: UpstreamContent): Uint8Array {
  return writeTorch({ weight, config, info });
}

/** Numbers that neither vanish nor explode, by name: norms start as the identity. */
function randomized(store: ParameterStore): Map<string, ArrayTensor> {
  const random = new Random(3);
  for (const name of store.names()) {
    const { shape } = store.get(name);
    const isScale = /(layer_norm|LayerNorm)\.weight$|weight_g$/.test(name);
    const fanIn = shape.slice(1).reduce((product, length) => product * length, 1);
    const values = Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, () =>
      isScale ? 1 : random.normal() / Math.sqrt(fanIn),
    );
    store.set(name, tf.tensor(values, [...shape]));
  }
  const arrays = store.toArrays();
  store.dispose();
  return arrays;
}

async function writeHubert(folder: string): Promise<void> {
  const config = {
    model_type: 'hubert',
    hidden_act: 'gelu',
    conv_dim: [6, 6, 6, 6, 6, 6, 6],
    conv_kernel: [10, 3, 3, 3, 3, 2, 2],
    conv_stride: [5, 2, 2, 2, 2, 2, 2],
    hidden_size: HUBERT_WIDTH,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    intermediate_size: 16,
    num_conv_pos_embeddings: 8,
    num_conv_pos_embedding_groups: 2,
  };
  const store = new ParameterStore();
  new Hubert(store.scope(), {
    convolutions: config.conv_dim.map((channels, index) => ({
      channels,
      kernel: config.conv_kernel[index],
      stride: config.conv_stride[index],
    })),
    convolutionBias: false,
    projectionNorm: true,
    width: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    feedForward: config.intermediate_size,
    positionKernel: config.num_conv_pos_embeddings,
    positionGroups: config.num_conv_pos_embedding_groups,
    epsilon: 1e-5,
  });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(path.join(folder, 'preprocessor_config.json'), JSON.stringify({ do_normalize: true }));
  await writeFile(path.join(folder, 'model.safetensors'), writeSafetensors(randomized(store)));
}

async function writeBert(folder: string): Promise<void> {
  const vocabulary = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', ...'今天气真好我们去公园吧，。！？,.!?'];
  const config = {
    model_type: 'bert',
    hidden_act: 'gelu',
    vocab_size: vocabulary.length,
    hidden_size: BERT_WIDTH,
    num_hidden_layers: 3,
    num_attention_heads: 2,
    intermediate_size: 16,
    max_position_embeddings: 64,
  };
  const sizes: BertConfig = {
    vocabulary: config.vocab_size,
    width: BERT_WIDTH,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    feedForward: config.intermediate_size,
    maximumPositions: config.max_position_embeddings,
    tokenTypes: 2,
    epsilon: 1e-12,
  };
  const store = new ParameterStore();
  new Bert(store.scope('bert'), sizes);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'config.json'), JSON.stringify(config));
  await writeFile(path.join(folder, 'vocab.txt'), vocabulary.join('\n') + '\n');
  await writeFile(path.join(folder, 'pytorch_model.bin'), writeTorch(randomized(store)));
}

/** An ERes2NetV2 as its file has it: batch norms (of no effect here) behind the convolutions. */
export function speakerContent(config: SpeakerEncoderConfig = SPEAKER_ENCODER): Map<string, ArrayTensor> {
  const store = new ParameterStore();
  new ERes2NetV2(store.scope(), config);
  const weights = randomized(store);
  for (const [name, { shape }] of [...weights]) {
    if (!name.endsWith('.bias')) continue;
    const convolution = name.slice(0, -'.bias'.length);
    if (!/local_att\.\d$/.test(convolution)) weights.delete(name);
    const norm = convolution
      .replace(/conv(\d)$/, 'bn$1')
      .replace(/convs\.(\d)$/, 'bns.$1')
      .replace(/shortcut\.0$/, 'shortcut.1')
      .replace(/local_att\.([03])$/, (_, place: string) => `local_att.${Number(place) + 1}`);
    const filled = (value: number): ArrayTensor => ({
      shape,
      dtype: 'float32',
      data: new Float32Array(shape[0]).fill(value),
    });
    for (const [part, value] of Object.entries({ weight: 1, bias: 0, running_mean: 0, running_var: 1 }))
      weights.set(`${norm}.${part}`, filled(value));
    weights.set(`${norm}.num_batches_tracked`, { shape: [], dtype: 'int64', data: Int32Array.of(1) });
  }
  return weights;
}

/** Writes `s1.ckpt`, `s2G.pth`, `hubert/`, `bert/` and the speaker encoder into a folder. */
export async function writeMadeUpWeights(folder: string): Promise<MadeUpWeights> {
  tf.enableProdMode();
  const names = ['s1.ckpt', 's2G.pth', 'hubert', 'bert', 'eres2netv2.ckpt'];
  const [gpt, vits, hubert, bert, speaker] = names.map((name) => path.join(folder, name));
  await mkdir(folder, { recursive: true });
  await writeFile(gpt, upstreamFile(gptContent()));
  await writeFile(vits, upstreamFile(vitsContent()));
  await writeHubert(hubert);
  await writeBert(bert);
  await writeFile(speaker, writeTorch(speakerContent()));
  return { gpt, vits, hubert, bert, speaker };
}
