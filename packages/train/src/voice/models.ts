// The two models of a voice, as its configuration sizes them.
import { ConGpt, congptConfig, type ConGptConfig } from '@gpt-talker/gpt/model';
import { ParameterStore } from '@gpt-talker/nn';
import { SYMBOLS } from '@gpt-talker/tokenizer';
import { ConVits, type ConVitsConfig } from '@gpt-talker/vits/model';
import { ensureBackend } from '../engine/backend';
import type { VoiceConfig } from '../config';

export function gptModelConfig({ encoder, gpt }: VoiceConfig): ConGptConfig {
  const { alignment: _layout, ...sizes } = gpt.model;
  return congptConfig({ ...sizes, semanticVocabulary: encoder.codes + 1, featureWidth: 0, roles: true });
}

export function vitsModelConfig({ encoder, hopSamples, vits }: VoiceConfig): ConVitsConfig {
  const { codeWidth, posteriorLayers, fftSize, decoder, ...sizes } = vits.model;
  return {
    ...sizes,
    spectrogramBins: fftSize / 2 + 1,
    symbols: SYMBOLS.length,
    heads: 2,
    kernel: 3,
    dropout: 0,
    relativeWindow: 4,
    styleEncoder: { hiddenChannels: sizes.styleChannels, kernel: 5, heads: 2 },
    crossAttentionHeads: 4,
    quantizer: { kind: 'spectral', size: encoder.codes, width: codeWidth },
    posterior: { kernel: 5, layers: posteriorLayers },
    decoder: { kind: 'source-filter', hopSamples, ...decoder },
  };
}

/** A ConGPT with the initial weights of the configuration's seed; its names are upstream's. */
export function createGpt(config: VoiceConfig): { store: ParameterStore; model: ConGpt } {
  ensureBackend();
  const store = new ParameterStore({ seed: config.seed });
  return { store, model: new ConGpt(store.scope('model'), gptModelConfig(config)) };
}

/** A ConVITS with the initial weights of the configuration's seed; without `enc_q` where it only speaks. */
export function createVits(config: VoiceConfig, { posterior = true } = {}): { store: ParameterStore; model: ConVits } {
  ensureBackend();
  const store = new ParameterStore({ seed: config.seed + 1 });
  return { store, model: new ConVits(store.scope(''), vitsModelConfig(config), { posterior }) };
}
