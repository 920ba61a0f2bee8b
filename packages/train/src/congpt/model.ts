// The ConGPT of a stage-1 configuration in upstream's words.
import { ConGpt, congptConfig, type ConGptConfig } from '@gpt-talker/gpt/model';
import { ParameterStore } from '@gpt-talker/nn';
import { ensureBackend } from '../engine/backend';
import { VoiceConfigError, type GptConfig } from '../config';
import { LoraAdapters } from '../engine/lora';

export function congptConfigOf({ model, data }: GptConfig): ConGptConfig {
  if (model.EOS !== model.vocab_size - 1)
    throw new VoiceConfigError(
      `model.EOS is ${model.EOS}, the last of the vocabulary is ${model.vocab_size - 1}: set EOS to it`,
    );
  return congptConfig({
    layers: model.n_layer,
    width: model.hidden_dim,
    heads: model.head,
    feedForward: model.linear_units,
    phonemeVocabulary: model.phoneme_vocab_size,
    semanticVocabulary: model.vocab_size,
    featureWidth: model.feature_width,
    roles: model.role_embedding,
    maxPositions: data.max_positions,
    dropout: model.dropout,
    hiddenDropout: model.dropout,
  });
}

export interface ConGptOfConfig {
  store: ParameterStore;
  model: ConGpt;
  /** Where the configuration asks for low-rank adapters. */
  lora?: LoraAdapters;
}

/** Adapter targets in the configuration's words → ends of parameter names. */
const LORA_TARGETS = {
  in_proj: 'self_attn.in_proj_weight',
  out_proj: 'self_attn.out_proj.weight',
  linear1: 'linear1.weight',
  linear2: 'linear2.weight',
} as const;

/** The model with the initial weights of the configuration's seed; names are upstream's. */
export function createConGpt(config: GptConfig): ConGptOfConfig {
  ensureBackend();
  const store = new ParameterStore({ seed: config.train.seed });
  const model = new ConGpt(store.scope('model'), congptConfigOf(config));
  const { lora } = config.train;
  if (!lora) return { store, model };
  const ends = lora.targets.map((target) => LORA_TARGETS[target]);
  const targets = store.names().filter((name) => ends.some((end) => name.endsWith(end)));
  return { store, model, lora: new LoraAdapters(store, targets, lora) };
}
