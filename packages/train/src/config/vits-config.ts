// The configuration of stage 2 in upstream's words (`configs/s2.json` of GPT-SoVITS and GPT-Talker), with a few keys of our own,
// each of which has a default.
import {
  configFromUpstream,
  hopSamplesOf,
  PUBLISHED_DISCRIMINATORS,
  PUBLISHED_PRO_DISCRIMINATORS,
  PUBLISHED_VERSIONS,
} from '@gpt-talker/vits/model';
import { z } from 'zod';
import type { ConVitsRecipe } from '../convits/recipe';
import { checkConfig, readConfigFile } from './check-config';
import { VoiceConfigError } from './config-error';
import { discriminatorsOf } from './discriminator-config';
import { checkFrameRate } from './frame-rate';

const positive = z.number().int().positive();
const whole = z.number().int().nonnegative();
const rate = z.number().positive();
const fraction = z.number().min(0).max(1);

export const vitsConfigSchema = z.strictObject({
  train: z.strictObject({
    log_interval: positive.default(100),
    eval_interval: positive.default(500),
    seed: whole,
    epochs: positive,
    learning_rate: rate,
    betas: z.tuple([fraction, fraction]),
    eps: rate,
    batch_size: positive,
    /** Upstream's half precision; training here is in float32 whatever it says. */
    fp16_run: z.boolean().optional(),
    lr_decay: fraction,
    /** Samples that are decoded of each utterance. */
    segment_size: positive,
    init_lr_ratio: rate.optional(),
    warmup_epochs: whole.optional(),
    c_mel: rate,
    c_kl: rate,
    text_low_lr_rate: rate,
    weight_decay: z.number().nonnegative().default(0.01),
    save_every_epoch: positive.optional(),
    if_save_latest: z.boolean().optional(),
    if_save_every_weights: z.boolean().optional(),
    save_weight_dir: z.string().optional(),
    pretrained_s2G: z.string().optional(),
    pretrained_s2D: z.string().optional(),
    pretrained_s1: z.string().optional(),
    exp_name: z.string().optional(),
    save_every_steps: positive.default(200),
    keep_last: whole.default(2),
    /** Batches whose gradients are summed before a step. */
    accumulate: positive.default(1),
    /** Whether discriminators judge what is made; without them only its mel spectrogram and the prior are learnt. */
    adversarial: z.boolean().default(true),
    /** Takes the style from another part of the utterance than the one that is decoded; upstream: from the whole utterance. */
    reference_split: z.boolean().default(false),
    /** Lengths in frames to which utterances are padded: one graph each. */
    bucket_frames: z.array(positive).min(1).default([200, 400, 700, 1100, 1900]),
    /** Phonemes to which texts are padded, for each bucket: this share of its frames. */
    phonemes_per_frame: rate.default(0.5),
  }),
  data: z.strictObject({
    max_wav_value: rate.optional(),
    sampling_rate: positive,
    filter_length: positive,
    hop_length: positive,
    win_length: positive,
    n_mel_channels: positive,
    mel_fmin: z.number().nonnegative(),
    mel_fmax: z.number().positive().nullable(),
    add_blank: z.boolean().optional(),
    n_speakers: whole.optional(),
    cleaned_text: z.boolean().optional(),
    exp_dir: z.string().optional(),
    training_files: z.string().optional(),
    validation_files: z.string().optional(),
  }),
  model: z.strictObject({
    inter_channels: positive,
    hidden_channels: positive,
    filter_channels: positive,
    n_heads: positive,
    n_layers: positive,
    kernel_size: positive,
    p_dropout: fraction,
    resblock: z.enum(['1', '2']),
    resblock_kernel_sizes: z.array(positive).min(1),
    resblock_dilation_sizes: z.array(z.array(positive).min(1)).min(1),
    upsample_rates: z.array(positive).min(1),
    upsample_initial_channel: positive,
    upsample_kernel_sizes: z.array(positive).min(1),
    n_layers_q: positive.optional(),
    use_spectral_norm: z.literal(false).default(false),
    gin_channels: positive,
    semantic_frame_rate: z.literal('25hz').default('25hz'),
    freeze_quantizer: z.boolean().default(true),
    /** Of GPT-SoVITS; decides what the keys below are where they are left out. */
    version: z.enum(['v1', 'v2', 'v2Pro', 'v2ProPlus']).default('v1'),
    /** Codes and width of the quantiser. */
    codebook_size: positive.default(1024),
    codebook_width: positive.default(768),
    /** Phoneme symbols. */
    symbols: positive.optional(),
    /** Spectrogram bins that the style is read off; v2: 704. */
    style_bins: positive.optional(),
    /** Numbers in the embedding of a speaker; v2Pro: 20480. 0: none is read. */
    speaker_width: whole.optional(),
    /** Width of the cross-attention; v2Pro: 512, else that of the style. */
    cross_attention_channels: positive.optional(),
    posterior_layers: positive.default(16),
    flow_layers: positive.default(4),
    style_hidden_channels: positive.default(128),
    /** Discriminators, as multiples of a sixteenth of upstream's channels; 16 is upstream's size. */
    discriminator_size: positive.default(16),
    periods: z.array(positive).min(1).optional(),
    scale_discriminator: z.boolean().default(true),
  }),
  s2_ckpt_dir: z.string().optional(),
  content_modul: z.string().optional(),
  content_module: z.string().optional(),
});

export type VitsConfig = z.infer<typeof vitsConfigSchema>;

/** Reads and checks a stage-2 configuration. @throws VoiceConfigError naming the file and the key */
export async function readVitsConfig(file: string): Promise<VitsConfig> {
  return checkConfig(file, await readConfigFile(file), vitsConfigSchema);
}

/** How far upstream strays from the prior's mean when it speaks. */
export const UPSTREAM_NOISE_SCALE = 0.5;

/** @throws VoiceConfigError where sizes do not go together */
export function conVitsRecipeOf(config: VitsConfig): ConVitsRecipe {
  const { train, data, model } = config;
  const published = configFromUpstream(config);
  if (hopSamplesOf(published.decoder) !== data.hop_length)
    throw new VoiceConfigError(
      `model.upsample_rates multiply to ${hopSamplesOf(published.decoder)}, data.hop_length is ${data.hop_length}: make them equal`,
    );
  const version = PUBLISHED_VERSIONS[model.version];
  checkFrameRate({ sampleRate: data.sampling_rate, hopSamples: data.hop_length }, [
    'data.sampling_rate',
    'data.hop_length',
  ]);
  const { speaker_width: speakerWidth = version.speaker?.width ?? 0 } = model;
  const crossAttentionChannels = model.cross_attention_channels ?? version.crossAttentionChannels;
  const bins = model.style_bins ?? version.styleEncoder.bins;
  const judges = version.speaker ? PUBLISHED_PRO_DISCRIMINATORS : PUBLISHED_DISCRIMINATORS;
  return {
    stage: 'vits',
    name: train.exp_name ?? 'ConVITS',
    seed: train.seed,
    weightSeed: train.seed,
    length: { epochs: train.epochs },
    rate: { kind: 'exponential', rate: train.learning_rate, decay: train.lr_decay },
    accumulate: train.accumulate,
    saveEverySteps: train.save_every_steps,
    keepLast: train.keep_last,
    logEverySteps: train.log_interval,
    validateEverySteps: train.eval_interval,
    model: {
      ...published,
      symbols: model.symbols ?? version.symbols,
      styleEncoder: {
        ...published.styleEncoder,
        hiddenChannels: model.style_hidden_channels,
        ...(bins !== undefined && { bins }),
      },
      ...(speakerWidth > 0 && { speaker: { width: speakerWidth } }),
      ...(crossAttentionChannels !== undefined && { crossAttentionChannels }),
      quantizer: { kind: 'ssl', size: model.codebook_size, width: model.codebook_width },
      posterior: { ...published.posterior, layers: model.posterior_layers },
      flow: { ...published.flow, layers: model.flow_layers },
    },
    ...(train.adversarial && {
      discriminators: discriminatorsOf({
        size: model.discriminator_size,
        periods: model.periods ?? [...judges.periods],
        scale: model.scale_discriminator,
      }),
    }),
    audio: {
      sampleRate: data.sampling_rate,
      hopSamples: data.hop_length,
      fftSize: data.filter_length,
      windowSamples: data.win_length,
    },
    examples: {
      kind: 'utterances',
      batchSize: train.batch_size,
      segmentSamples: train.segment_size,
      bucketFrames: [...train.bucket_frames].sort((a, b) => a - b),
      phonemesPerFrame: train.phonemes_per_frame,
      referenceSplit: train.reference_split,
      mel: { mels: data.n_mel_channels, lowHertz: data.mel_fmin, highHertz: data.mel_fmax ?? undefined },
    },
    lossWeights: { mel: train.c_mel, kl: train.c_kl },
    optimizer: {
      betas: train.betas,
      epsilon: train.eps,
      weightDecay: train.weight_decay,
      textRate: train.text_low_lr_rate,
    },
    freezeQuantizer: model.freeze_quantizer,
    noiseScale: UPSTREAM_NOISE_SCALE,
  };
}
