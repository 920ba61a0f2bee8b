// Sizes of ConVITS. Everything is sized here; `PUBLISHED_CONVITS` is the size that GPT-SoVITS v1 and GPT-Talker published
// (51 M weights), `PUBLISHED_VERSIONS` what GPT-SoVITS made of it since. Names are ours, the numbers are those of upstream's
// configs/s2.json, s2v2Pro.json and s2v2ProPlus.json.
import { ConVitsConfigError } from './errors';

/** HiFi-GAN: transposed convolutions upsample frames to samples, residual blocks refine each stage. */
export interface HifiganConfig {
  kind: 'hifigan';
  /** Channels before the first upsampling; every stage halves them. */
  initialChannels: number;
  /** Upsampling factor of each stage; their product is the hop in samples. */
  upsampleRates: readonly number[];
  /** Kernel of each stage's transposed convolution; kernel − rate must be even. */
  upsampleKernels: readonly number[];
  /** '1': three pairs of convolutions a block; '2': two single convolutions. */
  residualBlock: '1' | '2';
  residualKernels: readonly number[];
  residualDilations: readonly (readonly number[])[];
}

/** ConvNeXt blocks at frame rate, as Vocos has them: cheap enough for small machines. */
export interface BackboneConfig {
  /** Width of the backbone. */
  width: number;
  /** ConvNeXt blocks. */
  blocks: number;
  /** Pointwise layers are this many times as wide as the backbone. */
  expansion: number;
  /** Kernel of the input convolution and of the depthwise ones; odd. */
  kernel: number;
}

/** Inverse-STFT head on the backbone: magnitude and phase are predicted. */
export interface IstftConfig extends BackboneConfig {
  kind: 'istft';
  fftSize: number;
  hopSamples: number;
}

/** Pulses at a predicted pitch, and noise, through predicted filters. */
export interface SourceFilterConfig extends BackboneConfig {
  kind: 'source-filter';
  /** Of the filters; at least twice the samples of a part. */
  fftSize: number;
  hopSamples: number;
  /** Filters for each latent frame. */
  parts: number;
  /** Width of the network that predicts the pitch. */
  pitchWidth: number;
  /** Frames on either side that the predicted contour is averaged over, in octaves, so that it glides and does not jump. Default 0. */
  pitchReach?: number;
}

export interface QuantizerConfig {
  /** 'ssl': HuBERT features are projected to 25 Hz and quantised here. 'spectral': codes come from outside, vectors are learnt embeddings. */
  kind: 'ssl' | 'spectral';
  /** Number of codes. */
  size: number;
  /** Width of one code's vector (for 'ssl' also the width of the features). */
  width: number;
}

export interface ConVitsConfig {
  /** Bins of the linear spectrogram: n_fft / 2 + 1. */
  spectrogramBins: number;
  /** Size of the phoneme table. */
  symbols: number;
  /** Channels of the latent. */
  interChannels: number;
  /** Channels of encoders, posterior and flow. */
  hiddenChannels: number;
  /** Inner channels of the encoders' feed-forward layers. */
  filterChannels: number;
  /** Heads of the encoders. */
  heads: number;
  /** Layers of the phoneme encoder. */
  textLayers: number;
  /** Layers of each of the two frame-rate encoders (before and after the cross-attention). */
  speechLayers: number;
  /** Kernel of the encoders' feed-forward convolutions. */
  kernel: number;
  /** Dropout of encoders and style encoder while training; needs a `Noise`. */
  dropout: number;
  /** Learned relative positions reach this far to either side. */
  relativeWindow: number;
  /** Frame-rate self-attention sees |i − j| ≤ this many frames, so that chunks equal the whole; null: everything (upstream). */
  attentionWindow: number | null;
  /** Width of the style vector (gin_channels). */
  styleChannels: number;
  /** `bins`: how many of the spectrogram's bins, from the lowest, the style is read off (v2: 704); absent: all of them. */
  styleEncoder: { hiddenChannels: number; kernel: number; heads: number; bins?: number };
  /**
   * Given, the style also depends on an embedding of the speaker of this many numbers (v2Pro: 20480, of ERes2NetV2), and the
   * cross-attention gets a narrower projection of the style.
   */
  speaker?: { width: number };
  /** Width of the cross-attention; absent: that of the style. */
  crossAttentionChannels?: number;
  /** Heads of the cross-attention from frames to phonemes (MRTE). */
  crossAttentionHeads: number;
  quantizer: QuantizerConfig;
  /** Posterior encoder: a WaveNet over the spectrogram. */
  posterior: { kernel: number; layers: number };
  /** Normalizing flow: mean-only coupling layers, each with a WaveNet. */
  flow: { couplings: number; kernel: number; layers: number };
  decoder: HifiganConfig | IstftConfig | SourceFilterConfig;
}

/** The published size: 32 kHz, hop 640, 51 M weights (41 M of them without the posterior encoder). */
export const PUBLISHED_CONVITS: ConVitsConfig = {
  spectrogramBins: 1025,
  symbols: 322,
  interChannels: 192,
  hiddenChannels: 192,
  filterChannels: 768,
  heads: 2,
  textLayers: 6,
  speechLayers: 3,
  kernel: 3,
  dropout: 0.1,
  relativeWindow: 4,
  attentionWindow: null,
  styleChannels: 512,
  styleEncoder: { hiddenChannels: 128, kernel: 5, heads: 2 },
  crossAttentionHeads: 4,
  quantizer: { kind: 'ssl', size: 1024, width: 768 },
  posterior: { kernel: 5, layers: 16 },
  flow: { couplings: 4, kernel: 5, layers: 4 },
  decoder: {
    kind: 'hifigan',
    initialChannels: 512,
    upsampleRates: [10, 8, 2, 2, 2],
    upsampleKernels: [16, 16, 8, 2, 2],
    residualBlock: '1',
    residualKernels: [3, 7, 11],
    residualDilations: [
      [1, 3, 5],
      [1, 3, 5],
      [1, 3, 5],
    ],
  },
};

const PUBLISHED_HIFIGAN = PUBLISHED_CONVITS.decoder as HifiganConfig;
const V2: ConVitsConfig = {
  ...PUBLISHED_CONVITS,
  symbols: 732,
  styleEncoder: { ...PUBLISHED_CONVITS.styleEncoder, bins: 704 },
};
const V2_PRO: ConVitsConfig = {
  ...V2,
  dropout: 0,
  styleChannels: 1024,
  crossAttentionChannels: 512,
  speaker: { width: 20480 },
};

/** GPT-SoVITS's versions that are this model. */
export type SovitsVersion = 'v1' | 'v2' | 'v2Pro' | 'v2ProPlus';

/** The published sizes, by version. */
export const PUBLISHED_VERSIONS: Readonly<Record<SovitsVersion, ConVitsConfig>> = {
  v1: PUBLISHED_CONVITS,
  v2: V2,
  v2Pro: V2_PRO,
  v2ProPlus: {
    ...V2_PRO,
    decoder: { ...PUBLISHED_HIFIGAN, initialChannels: 768, upsampleKernels: [20, 16, 8, 2, 2] },
  },
};

/** Bins of the spectrogram that the style encoder reads. */
export function styleBinsOf({ styleEncoder, spectrogramBins }: ConVitsConfig): number {
  return styleEncoder.bins ?? spectrogramBins;
}

/** Width of the cross-attention from frames to phonemes. */
export function crossAttentionChannelsOf({ crossAttentionChannels, styleChannels }: ConVitsConfig): number {
  return crossAttentionChannels ?? styleChannels;
}

/** Samples that one latent frame becomes. */
export function hopSamplesOf(decoder: ConVitsConfig['decoder']): number {
  return decoder.kind === 'hifigan'
    ? decoder.upsampleRates.reduce((product, rate) => product * rate, 1)
    : decoder.hopSamples;
}

/** Throws `ConVitsConfigError` where two sizes cannot go together; returns the config otherwise. */
export function checkConVitsConfig(config: ConVitsConfig): ConVitsConfig {
  const refuse = (problem: string): never => {
    throw new ConVitsConfigError(problem);
  };
  if (config.interChannels % 2) refuse(`interChannels ${config.interChannels} must be even: the flow splits it in two`);
  if (config.hiddenChannels % config.heads)
    refuse(`hiddenChannels ${config.hiddenChannels} must be a multiple of heads ${config.heads}`);
  const crossAttention = crossAttentionChannelsOf(config);
  if (crossAttention % config.crossAttentionHeads) {
    const name = config.crossAttentionChannels === undefined ? 'styleChannels' : 'crossAttentionChannels';
    refuse(`${name} ${crossAttention} must be a multiple of crossAttentionHeads ${config.crossAttentionHeads}`);
  }
  if (crossAttention !== config.styleChannels && !config.speaker) {
    refuse(
      `crossAttentionChannels ${crossAttention} must be styleChannels ${config.styleChannels} where there is no speaker embedding`,
    );
  }
  if (styleBinsOf(config) > config.spectrogramBins)
    refuse(`styleEncoder.bins ${styleBinsOf(config)} must be at most spectrogramBins ${config.spectrogramBins}`);
  if (config.styleEncoder.hiddenChannels % config.styleEncoder.heads) {
    refuse(
      `styleEncoder.hiddenChannels ${config.styleEncoder.hiddenChannels} must be a multiple of styleEncoder.heads ${config.styleEncoder.heads}`,
    );
  }
  for (const [name, kernel] of [
    ['posterior.kernel', config.posterior.kernel],
    ['flow.kernel', config.flow.kernel],
  ] as const) {
    if (kernel % 2 === 0) refuse(`${name} ${kernel} must be odd`);
  }
  const { decoder } = config;
  if (decoder.kind !== 'hifigan') {
    const { kernel, fftSize, hopSamples } = decoder;
    const { parts, pitchReach = 0 } = decoder.kind === 'source-filter' ? decoder : { parts: 1 };
    if (!Number.isInteger(pitchReach) || pitchReach < 0)
      refuse(`decoder.pitchReach ${pitchReach} must be a whole number of frames`);
    if (kernel % 2 === 0) refuse(`decoder.kernel ${kernel} must be odd`);
    if (hopSamples % parts) refuse(`decoder.hopSamples ${hopSamples} must be a multiple of parts ${parts}`);
    const hop = hopSamples / parts;
    if (fftSize < 2 * hop)
      refuse(`decoder.fftSize ${fftSize} must be at least twice the ${hop} samples from one spectrum to the next`);
    if ((fftSize - hop) % 2)
      refuse('decoder.fftSize − decoder.hopSamples must be even, of the hop of a part where there are parts');
  } else {
    if (decoder.upsampleRates.length !== decoder.upsampleKernels.length)
      refuse('decoder.upsampleRates and upsampleKernels differ in length');
    if (decoder.residualKernels.length !== decoder.residualDilations.length)
      refuse('decoder.residualKernels and residualDilations differ in length');
    // Halves are rounded down, as upstream rounds them.
    if (decoder.initialChannels < 2 ** decoder.upsampleRates.length) {
      refuse(`decoder.initialChannels ${decoder.initialChannels} must be enough to halve once for each upsampling`);
    }
    decoder.upsampleRates.forEach((rate, stage) => {
      if ((decoder.upsampleKernels[stage] - rate) % 2) refuse(`decoder stage ${stage}: kernel − rate must be even`);
    });
  }
  return config;
}
