// The ConVITS and the discriminators of a stage-2 configuration in upstream's words; both players share one parameter store.
import { ParameterStore } from '@gpt-talker/nn';
import {
  configFromUpstream,
  ConVits,
  Discriminators,
  hopSamplesOf,
  PUBLISHED_DISCRIMINATORS,
  PUBLISHED_PRO_DISCRIMINATORS,
  PUBLISHED_SCALE_LAYERS,
  PUBLISHED_VERSIONS,
  type ConVitsConfig,
} from '@gpt-talker/vits/model';
import { ensureBackend } from '../engine/backend';
import { VoiceConfigError, type VitsConfig } from '../config';

export function convitsConfigOf(config: VitsConfig): ConVitsConfig {
  const { model, data } = config;
  const published = configFromUpstream(config);
  if (hopSamplesOf(published.decoder) !== data.hop_length)
    throw new VoiceConfigError(
      `model.upsample_rates multiply to ${hopSamplesOf(published.decoder)}, data.hop_length is ${data.hop_length}: make them equal`,
    );
  const version = PUBLISHED_VERSIONS[model.version];
  const { speaker_width: speakerWidth = version.speaker?.width ?? 0 } = model;
  const crossAttentionChannels = model.cross_attention_channels ?? version.crossAttentionChannels;
  const bins = model.style_bins ?? version.styleEncoder.bins;
  return {
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
  };
}

/** Discriminators have names of their own, so one store holds both players. */
export const isDiscriminator = (name: string): boolean => name.startsWith('discriminators.');

const UPSTREAM_SIZE = 16;
const UPSTREAM_PERIOD_CHANNELS = [32, 128, 512, 1024, 1024];

export interface ConVitsOfConfig {
  store: ParameterStore;
  model: ConVits;
  discriminators: Discriminators;
}

/** Both players with the initial weights of the configuration's seed; names are upstream's. */
export function createConVits(config: VitsConfig): ConVitsOfConfig {
  ensureBackend();
  const store = new ParameterStore({ seed: config.train.seed });
  const model = new ConVits(store.scope(), convitsConfigOf(config));
  const { discriminator_size: size, scale_discriminator: withScale, version } = config.model;
  const usual = PUBLISHED_VERSIONS[version].speaker ? PUBLISHED_PRO_DISCRIMINATORS : PUBLISHED_DISCRIMINATORS;
  const { periods = usual.periods } = config.model;
  const scaled = (count: number) => Math.max(1, Math.round((count * size) / UPSTREAM_SIZE));
  const discriminators = new Discriminators(store.scope(), {
    scaleLayers: withScale
      ? PUBLISHED_SCALE_LAYERS.map((layer) => ({
          ...layer,
          channels: scaled(layer.channels),
          groups: layer.groups === 1 ? 1 : scaled(layer.groups),
        }))
      : null,
    periods,
    periodChannels: UPSTREAM_PERIOD_CHANNELS.map(scaled),
  });
  return { store, model, discriminators };
}
