// voice.json of imported weights: what the checkpoints say, and what upstream does with them.
import path from 'node:path';
import { type VoiceManifest } from '@gpt-talker/voice';
import { contextTokens } from '@gpt-talker/vits/model';
import { FAMILIES } from './families';
import { type ImportVoiceOptions } from './options';
import { type StageOne } from './stage-one';
import { type StageTwo } from './stage-two';

export interface ImportedParts {
  gpt: Pick<StageOne, 'config' | 'topK'>;
  vits: Pick<StageTwo, 'config' | 'sampleRate' | 'spectrogram' | 'symbols' | 'version'>;
  text: VoiceManifest['text'];
  speaker: VoiceManifest['speaker'];
}

export function importedManifest(
  options: ImportVoiceOptions,
  { gpt, vits, text, speaker }: ImportedParts,
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
    model: family.versioned ? `${family.title} ${vits.version}` : family.title,
    ...(options.consent && { consent: options.consent }),
    origin: `imported from ${family.title} weights: ${files.join(', ')}`,
    languages: languagesOf(text, vits.version),
    sampleRate: vits.sampleRate,
    hopSamples: vits.spectrogram.hopSamples,
    symbols: [...vits.symbols],
    text: { ...text, ...(family.marksShortTexts && { shortTextMark: '.' }) },
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
    ...(speaker && { speaker }),
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

/** Cantonese has symbols from v2 on; without BERT, Chinese is not read. */
function languagesOf({ features }: VoiceManifest['text'], version: StageTwo['version']): VoiceManifest['languages'] {
  if (features !== 'bert') return ['en'];
  return version === 'v1' ? ['zh', 'en'] : ['zh', 'en', 'yue'];
}
