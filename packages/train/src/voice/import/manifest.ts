// voice.json of imported weights: what the checkpoints say, and what upstream does with them.
import path from 'node:path';
import { type VoiceManifest } from '@gpt-talker/voice';
import { SYMBOLS } from '@gpt-talker/tokenizer';
import { contextTokens } from '@gpt-talker/vits/model';
import { FAMILIES } from './families';
import { type ImportVoiceOptions } from './options';
import { type StageOne } from './stage-one';
import { type StageTwo } from './stage-two';

export interface ImportedParts {
  gpt: Pick<StageOne, 'config' | 'topK'>;
  vits: Pick<StageTwo, 'config' | 'sampleRate' | 'spectrogram'>;
  text: VoiceManifest['text'];
}

export function importedManifest(
  options: ImportVoiceOptions,
  { gpt, vits, text }: ImportedParts,
): Omit<VoiceManifest, 'files'> {
  const family = FAMILIES[options.family];
  const { semanticVocabulary, layers, width, heads, maxPositions } = gpt.config;
  const files = [options.gptCheckpoint, options.vitsCheckpoint].map((file) => path.basename(file));
  return {
    format: 'gpt-talker-voice',
    version: 1,
    name: options.name,
    description: options.description,
    license: options.license,
    origin: `imported from ${family.title} weights: ${files.join(', ')}`,
    languages: text.features === 'bert' ? ['zh', 'en'] : ['en'],
    sampleRate: vits.sampleRate,
    hopSamples: vits.spectrogram.hopSamples,
    symbols: [...SYMBOLS],
    text,
    layout: { ...family.layout, roles: false, maxPositions },
    semantic: { vocabulary: semanticVocabulary, endOfSpeech: semanticVocabulary - 1, tokensPerSecond: 25 },
    gpt: { layers, width, heads },
    vits: {
      interChannels: vits.config.interChannels,
      styleChannels: vits.config.styleChannels,
      spectrogram: vits.spectrogram,
      attentionWindow: vits.config.attentionWindow,
      framesPerToken: 2,
      noiseScale: 0.5,
      contextTokens: contextTokens(vits.config) ?? 0,
    },
    sampling: {
      topK: family.topK ?? gpt.topK,
      topP: 1,
      temperature: 1,
      repetitionPenalty: 1.35,
      minimumTokens: 11,
      stutterTokens: 0,
    },
    encoder: {
      kind: 'hubert',
      file: 'hubert',
      statistics: 'hubert-statistics',
      quantizer: 'quantizer',
      // Upstream goes past the feature extractor that would normalise.
      normalize: false,
      tailSeconds: family.tailSeconds,
    },
    references: (options.references ?? []).map(({ text: spoken }, index) => ({
      speaker: 'agent',
      text: spoken,
      file: `reference-${index}`,
    })),
  };
}
