// Reads the second stage: a ConVITS checkpoint (`s2G…pth`) of SoVITS v1, v2, v2Pro or v2ProPlus, told by the shapes of its weights.
import { readFile } from 'node:fs/promises';
import { ParameterStore } from '@gpt-talker/nn';
import { SYMBOLS, SYMBOLS_V2 } from '@gpt-talker/tokenizer';
import {
  ConVits,
  PUBLISHED_VERSIONS,
  configFromUpstream,
  ConVitsConfigError,
  ConVitsWeightsError,
  hopSamplesOf,
  sizesFromShapes,
  versionFromShapes,
  type ConVitsConfig,
  type SovitsVersion,
} from '@gpt-talker/vits/model';
import { ensureBackend } from '../../engine/backend';
import { FRAMES_PER_SECOND } from '../../config/frame-rate';
import { ImportError } from './errors';
import { loadUpstreamWeights, readUpstreamCheckpoint, type UpstreamCheckpoint } from './upstream-checkpoint';

export interface StageTwo {
  file: string;
  /** Which of GPT-SoVITS's versions it is; GPT-Talker's is v1. */
  version: SovitsVersion;
  config: ConVitsConfig;
  model: ConVits;
  store: ParameterStore;
  symbols: readonly string[];
  sampleRate: number;
  spectrogram: { fftSize: number; windowSamples: number; hopSamples: number; bins: number };
  /** Names of weights that the model does not have, the posterior encoder's aside. */
  unexpected: string[];
}

/** Needed for training only; some checkpoints have it. */
const POSTERIOR = /^enc_q\./;

/** What the first two bytes of files say that hold no whole model. */
const LORA_TAGS: Readonly<Record<string, string>> = { '03': 'v3 (LoRA)', '04': 'v4 (LoRA)' };
const OTHER_MODEL_TAGS: Readonly<Record<string, string>> = { '02': 'v3', ...LORA_TAGS };

export interface StageTwoOptions {
  /** Upstream's s2.json, for training checkpoints, which hold no configuration; without it the version's published one is taken. */
  configFile?: string;
}

/** @throws ImportError, CheckpointError, ConVitsConfigError */
export async function readStageTwo(file: string, { configFile }: StageTwoOptions = {}): Promise<StageTwo> {
  const checkpoint = await readUpstreamCheckpoint(file);
  const version = versionOf(checkpoint);
  try {
    return await readAs(version, checkpoint, configFile);
  } catch (error) {
    const guessed = checkpoint.config === undefined && configFile === undefined;
    if (!guessed || !(error instanceof ImportError) || error.code !== 'weights') throw error;
    const hint = `it holds no configuration and is not of the size that ${version} was published in; name its s2.json as well (--vits-config)`;
    throw new ImportError('config', `${file}: ${hint}`, { cause: error });
  }
}

async function readAs(
  version: SovitsVersion,
  checkpoint: UpstreamCheckpoint,
  configFile: string | undefined,
): Promise<StageTwo> {
  const { file } = checkpoint;
  const { upstream, base } = await configOf(checkpoint, version, configFile);
  const { sampleRate, hopSamples, windowSamples } = timing(file, upstream);
  const config = located(file, () => sizesFromShapes(checkpoint.weights, base));
  if (hopSamplesOf(config.decoder) !== hopSamples) {
    throw new ImportError(
      'config',
      `${file}: config: upsample_rates make ${hopSamplesOf(config.decoder)} samples of a frame, hop_length says ${hopSamples}; they must be equal`,
    );
  }
  ensureBackend();
  const store = new ParameterStore({ initialize: false });
  const model = new ConVits(store.scope(), config, { posterior: false });
  const unexpected = loadUpstreamWeights(store, checkpoint).filter((name) => !POSTERIOR.test(name));
  const bins = config.spectrogramBins;
  const spectrogram = { fftSize: 2 * (bins - 1), windowSamples, hopSamples, bins };
  const symbols = version === 'v1' ? SYMBOLS : SYMBOLS_V2;
  return { file, version, config, model, store, symbols, sampleRate, spectrogram, unexpected };
}

/** @throws ImportError `checkpoint` for a first stage, `version` for a model that is not this one */
function versionOf({ file, weights, entries, tag, config }: UpstreamCheckpoint): SovitsVersion {
  if ([...weights.keys()].some((name) => name.startsWith('model.ar_')))
    throw new ImportError(
      'checkpoint',
      `${file}: is a first-stage (GPT) checkpoint; give the second stage's .pth here`,
    );
  const refuse = (what: string) =>
    new ImportError(
      'version',
      `${file}: is of GPT-SoVITS ${what}, another model (a diffusion transformer and a vocoder); give weights of v1, v2, v2Pro or v2ProPlus instead, such as those that the same recordings were trained to there`,
    );
  if (Object.hasOwn(LORA_TAGS, tag) || entries.includes('lora_rank')) throw refuse(LORA_TAGS[tag] ?? 'v3 or v4 (LoRA)');
  const told = located(file, () => versionFromShapes(weights));
  if (told !== 'v3 or v4') return told;
  const { version } = Object(config?.model) as { version?: unknown };
  const named = typeof version === 'string' && /^v[34]$/.test(version) ? version : undefined;
  throw refuse(named ?? OTHER_MODEL_TAGS[tag] ?? told);
}

/** Says which file an error is about, which the model's own errors do not know. */
function located<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConVitsWeightsError)) throw error;
    throw new ImportError('weights', `${file}: ${error.message}`, { cause: error });
  }
}

/** Upstream's configuration, from its file or the checkpoint; in a training checkpoint there is none, and the version's published one holds. */
async function configOf(
  { config }: UpstreamCheckpoint,
  version: SovitsVersion,
  configFile?: string,
): Promise<{ upstream: unknown; base: ConVitsConfig }> {
  if (configFile !== undefined) {
    try {
      const upstream = JSON.parse(await readFile(configFile, 'utf8')) as unknown;
      return { upstream, base: configFromUpstream(upstream) };
    } catch (error) {
      if (error instanceof ConVitsConfigError) throw error;
      throw new ImportError('config', `${configFile}: cannot be read as JSON: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
  if (config) return { upstream: config, base: configFromUpstream(config) };
  const base = PUBLISHED_VERSIONS[version];
  const hop = hopSamplesOf(base.decoder);
  const fftSize = 2 * (base.spectrogramBins - 1);
  return {
    upstream: { data: { sampling_rate: FRAMES_PER_SECOND * hop, hop_length: hop, win_length: fftSize } },
    base,
  };
}

function timing(file: string, config: unknown): { sampleRate: number; hopSamples: number; windowSamples: number } {
  const { data, model } = Object(config) as { data?: Record<string, unknown>; model?: Record<string, unknown> };
  const { sampling_rate: sampleRate, hop_length: hopSamples, win_length: windowSamples } = data ?? {};
  if (typeof sampleRate !== 'number' || typeof hopSamples !== 'number' || typeof windowSamples !== 'number') {
    throw new ImportError(
      'config',
      `${file}: config.data lacks sampling_rate, hop_length or win_length; give a SoVITS checkpoint of v1, v2, v2Pro or v2ProPlus`,
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
