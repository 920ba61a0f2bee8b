// The one builder of voice.json: what every voice says, wherever its weights come from.
import type { ConGptConfig } from '@gpt-talker/gpt/model';
import { contextTokens, FRAMES_PER_TOKEN, hopSamplesOf, type ConVitsConfig } from '@gpt-talker/vits/model';
import { VOICE_FORMAT, VOICE_VERSION, type VoiceManifest } from '@gpt-talker/voice';
import { FRAMES_PER_SECOND } from '../config/frame-rate';

/** Since which releases our packages run the graphs that are exported now: raise one when its graph asks for more than that release gives. */
const SINCE = { '@gpt-talker/gpt': '0.1.0', '@gpt-talker/vits': '0.1.0' };

type Told = Pick<
  VoiceManifest,
  'name' | 'license' | 'origin' | 'languages' | 'symbols' | 'text' | 'sampling' | 'encoder' | 'references'
> &
  Partial<Pick<VoiceManifest, 'description' | 'model' | 'consent' | 'speaker'>>;

export interface VoiceParts extends Told {
  layout: Omit<VoiceManifest['layout'], 'roles' | 'maxPositions'>;
  gpt: ConGptConfig & Pick<VoiceManifest['gpt'], 'together'>;
  vits: ConVitsConfig;
  sampleRate: number;
  /** Of the spectrogram that the style is read off. */
  windowSamples: number;
  noiseScale: number;
}

export function voiceManifest({
  layout,
  gpt,
  vits,
  sampleRate,
  windowSamples,
  noiseScale,
  symbols,
  ...told
}: VoiceParts): Omit<VoiceManifest, 'files'> {
  const hopSamples = hopSamplesOf(vits.decoder);
  const bins = vits.spectrogramBins;
  return {
    format: VOICE_FORMAT,
    version: VOICE_VERSION,
    requires: SINCE,
    ...told,
    sampleRate,
    hopSamples,
    symbols: [...symbols],
    layout: { ...layout, roles: gpt.roles, maxPositions: gpt.maxPositions },
    semantic: {
      vocabulary: gpt.semanticVocabulary,
      endOfSpeech: gpt.semanticVocabulary - 1,
      tokensPerSecond: FRAMES_PER_SECOND / FRAMES_PER_TOKEN,
    },
    gpt: {
      ...{ layers: gpt.layers, width: gpt.width, heads: gpt.heads },
      ...(gpt.together && { together: gpt.together }),
    },
    vits: {
      interChannels: vits.interChannels,
      styleChannels: vits.styleChannels,
      spectrogram: { fftSize: 2 * (bins - 1), windowSamples, hopSamples, bins },
      attentionWindow: vits.attentionWindow,
      framesPerToken: FRAMES_PER_TOKEN,
      noiseScale,
      ...(vits.decoder.kind === 'source-filter' && { source: 'harmonic' as const }),
      contextTokens: contextTokens(vits) ?? 0,
    },
  } as Omit<VoiceManifest, 'files'>;
}

/** Cantonese has symbols from v2 on; without BERT, Chinese is not read. */
export function languagesOf({ features }: VoiceManifest['text'], hasSymbolsOfV2: boolean): VoiceManifest['languages'] {
  if (features !== 'bert') return ['en'];
  return hasSymbolsOfV2 ? ['zh', 'en', 'yue'] : ['zh', 'en'];
}
