// Reads the second stage: a ConVITS checkpoint (`s2G…pth`), of the version that is defined here, SoVITS v1.
import { readFile } from 'node:fs/promises';
import { ParameterStore } from '@gpt-talker/nn';
import { SYMBOLS } from '@gpt-talker/tokenizer';
import { ConVits, configFromUpstream, hopSamplesOf, type ConVitsConfig } from '@gpt-talker/vits/model';
import { ensureBackend } from '../../engine/backend';
import { ImportError } from './errors';
import { loadUpstreamWeights, readUpstreamCheckpoint, type UpstreamCheckpoint } from './upstream-checkpoint';

export interface StageTwo {
  file: string;
  config: ConVitsConfig;
  model: ConVits;
  store: ParameterStore;
  sampleRate: number;
  spectrogram: { fftSize: number; windowSamples: number; hopSamples: number; bins: number };
  /** Names of weights that the model does not have, the posterior encoder's aside. */
  unexpected: string[];
}

const FRAMES_PER_SECOND = 50;
const CODEBOOK = 'quantizer.vq.layers.0._codebook.embed';
const TEXT_TABLE = 'enc_p.text_embedding.weight';
/** Needed for training only; some checkpoints have it. */
const POSTERIOR = /^enc_q\./;

/** What the first two bytes of newer files say. */
const TAGS: Readonly<Record<string, string>> = {
  '01': 'v2',
  '02': 'v3',
  '03': 'v3 (LoRA)',
  '04': 'v4 (LoRA)',
  '05': 'v2Pro',
  '06': 'v2ProPlus',
};

export interface StageTwoOptions {
  /** Upstream's s2.json, for training checkpoints, which hold no configuration. */
  configFile?: string;
}

/** @throws ImportError, CheckpointError, ConVitsConfigError */
export async function readStageTwo(file: string, { configFile }: StageTwoOptions = {}): Promise<StageTwo> {
  const checkpoint = await readUpstreamCheckpoint(file);
  requireVersion1(checkpoint);
  const upstream = await configOf(checkpoint, configFile);
  const { sampleRate, hopSamples, windowSamples } = timing(file, upstream);
  const config: ConVitsConfig = { ...configFromUpstream(upstream), ...codebookSizes(checkpoint) };
  if (hopSamplesOf(config.decoder) !== hopSamples) {
    throw new ImportError(
      'config',
      `${file}: config: upsample_rates make ${hopSamplesOf(config.decoder)} samples of a frame, hop_length says ${hopSamples}; they must be equal`,
    );
  }
  ensureBackend();
  const store = new ParameterStore();
  const model = new ConVits(store.scope(), config, { posterior: false });
  const unexpected = loadUpstreamWeights(store, checkpoint).filter((name) => !POSTERIOR.test(name));
  const bins = config.spectrogramBins;
  const spectrogram = { fftSize: 2 * (bins - 1), windowSamples, hopSamples, bins };
  return { file, config, model, store, sampleRate, spectrogram, unexpected };
}

/** Later versions have the same layout of files: they are told by a tag, by parts that only they have, or by their phonemes. */
function requireVersion1({ file, weights, entries, tag, config }: UpstreamCheckpoint): void {
  const refuse = (version: string) =>
    new ImportError('version', `${file}: is of GPT-SoVITS ${version}; only v1 and GPT-Talker weights can be imported`);
  if (Object.hasOwn(TAGS, tag)) throw refuse(TAGS[tag]);
  const names = [...weights.keys()];
  const has = (part: RegExp) => names.some((name) => part.test(name));
  if (has(/^model\.ar_/))
    throw new ImportError(
      'checkpoint',
      `${file}: is a first-stage (GPT) checkpoint; give the second stage's .pth here`,
    );
  if (has(/(^|\.)cfm\./) || entries.includes('lora_rank')) {
    const { version } = Object(config?.model) as { version?: unknown };
    throw refuse(typeof version === 'string' && /^v[34]/.test(version) ? version : 'v3 or v4');
  }
  if (has(/^(sv_emb|ge_to512|prelu)\./)) throw refuse('v2Pro');
  const symbols = weights.get(TEXT_TABLE)?.shape[0];
  if (symbols === undefined)
    throw new ImportError('weights', `${file}: the weights lack ${TEXT_TABLE}; give a SoVITS v1 checkpoint`);
  if (symbols === 732) throw refuse('v2');
  if (symbols !== SYMBOLS.length)
    throw refuse(`an unknown version (${symbols} symbols where v1 has ${SYMBOLS.length})`);
}

async function configOf({ file, config }: UpstreamCheckpoint, configFile?: string): Promise<unknown> {
  if (configFile !== undefined) {
    try {
      return JSON.parse(await readFile(configFile, 'utf8')) as unknown;
    } catch (error) {
      throw new ImportError('config', `${configFile}: cannot be read as JSON: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  if (config) return config;
  throw new ImportError(
    'config',
    `${file}: is a training checkpoint, which holds no configuration; name its s2.json as well (--vits-config)`,
  );
}

function timing(file: string, config: unknown): { sampleRate: number; hopSamples: number; windowSamples: number } {
  const { data, model } = Object(config) as { data?: Record<string, unknown>; model?: Record<string, unknown> };
  const { sampling_rate: sampleRate, hop_length: hopSamples, win_length: windowSamples } = data ?? {};
  if (typeof sampleRate !== 'number' || typeof hopSamples !== 'number' || typeof windowSamples !== 'number') {
    throw new ImportError(
      'config',
      `${file}: config.data lacks sampling_rate, hop_length or win_length; give a SoVITS v1 checkpoint`,
    );
  }
  if (sampleRate !== FRAMES_PER_SECOND * hopSamples) {
    throw new ImportError(
      'config',
      `${file}: config.data: ${sampleRate} Hz with hop_length ${hopSamples} is not ${FRAMES_PER_SECOND} frames a second, which is not known`,
    );
  }
  const rate = model?.semantic_frame_rate ?? '25hz';
  if (rate !== '25hz') {
    throw new ImportError(
      'config',
      `${file}: config.model: semantic_frame_rate is ${String(rate)}, only 25hz is known`,
    );
  }
  return { sampleRate, hopSamples, windowSamples };
}

/** Upstream fixes these numbers in its code; the weights say them as well. */
function codebookSizes({ file, weights }: UpstreamCheckpoint): Pick<ConVitsConfig, 'quantizer' | 'symbols'> {
  const codebook = weights.get(CODEBOOK);
  if (!codebook) throw new ImportError('weights', `${file}: the weights lack ${CODEBOOK}; give a SoVITS v1 checkpoint`);
  const [size, width] = codebook.shape;
  return { symbols: SYMBOLS.length, quantizer: { kind: 'ssl', size, width } };
}
