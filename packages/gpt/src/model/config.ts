// The sizes of a ConGPT, and how the words of upstream's stage-1 `config` map onto them.
// Published size: 24 layers, width 512, 16 heads, feed-forward 2048 (GPT-Talker `s1longer`, 77 M weights).
import { GptError } from '../errors';

export interface ConGptConfig {
  layers: number;
  /** Width of the embeddings and of every layer. */
  width: number;
  heads: number;
  feedForward: number;
  /** Rows of the phoneme embedding; at least the number of symbols. */
  phonemeVocabulary: number;
  /** Rows of the semantic embedding and of the output layer, end of speech included (always the last id). */
  semanticVocabulary: number;
  /** Width of one text feature vector (1024 for BERT-large), 0 for a model without text features. */
  featureWidth: number;
  /** Whether a role embedding (user, agent) is added to every position. */
  roles: boolean;
  /** The longest sequence that the model was trained for, in positions (phonemes + tokens). */
  maxPositions: number;
  /** Dropout on the embeddings and on the output of both sub-layers, in training only. */
  dropout: number;
  /** Dropout on the hidden units of the feed-forward; costs `feedForward / width` times more random draws. */
  hiddenDropout: number;
}

/** GPT-Talker's published configuration. */
export const publishedConfig: ConGptConfig = {
  layers: 24,
  width: 512,
  heads: 16,
  feedForward: 2048,
  phonemeVocabulary: 512,
  semanticVocabulary: 1025,
  featureWidth: 1024,
  roles: true,
  maxPositions: 4000,
  dropout: 0.1,
  hiddenDropout: 0.1,
};

/** Fills the defaults of training-only fields and checks that the sizes fit each other. */
export function congptConfig(
  sizes: Partial<ConGptConfig> & Pick<ConGptConfig, 'layers' | 'width' | 'heads'>,
): ConGptConfig {
  const config: ConGptConfig = {
    ...publishedConfig,
    featureWidth: 0,
    dropout: 0,
    hiddenDropout: 0,
    feedForward: 4 * sizes.width,
    ...sizes,
  };
  for (const name of [
    'layers',
    'width',
    'heads',
    'feedForward',
    'phonemeVocabulary',
    'semanticVocabulary',
    'maxPositions',
  ] as const) {
    if (!Number.isInteger(config[name]) || config[name] < 1) {
      throw new GptError('config', `ConGPT: ${name} is ${config[name]}; give a whole number of at least 1`);
    }
  }
  if (config.width % config.heads !== 0 || config.width % 2 !== 0) {
    throw new GptError(
      'config',
      `ConGPT: width ${config.width} is not an even multiple of ${config.heads} heads; change one of them`,
    );
  }
  for (const name of ['dropout', 'hiddenDropout'] as const) {
    if (!(config[name] >= 0 && config[name] < 1)) {
      throw new GptError('config', `ConGPT: ${name} is ${config[name]}; give a rate from 0 to below 1`);
    }
  }
  return config;
}

/** The `config.model` record of a stage-1 checkpoint as GPT-Talker and GPT-SoVITS write it. */
export interface UpstreamModelConfig {
  vocab_size: number;
  phoneme_vocab_size: number;
  hidden_dim: number;
  head: number;
  linear_units?: number;
  n_layer: number;
  dropout?: number;
}

/** Reads upstream's stage-1 configuration. Upstream builds its feed-forward as 4 × width whatever `linear_units` says. */
export function configFromUpstream(model: UpstreamModelConfig, overrides: Partial<ConGptConfig> = {}): ConGptConfig {
  return congptConfig({
    layers: model.n_layer,
    width: model.hidden_dim,
    heads: model.head,
    phonemeVocabulary: model.phoneme_vocab_size,
    semanticVocabulary: model.vocab_size,
    featureWidth: 1024,
    maxPositions: publishedConfig.maxPositions,
    ...overrides,
  });
}
