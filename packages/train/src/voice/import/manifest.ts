// voice.json of imported weights: what the checkpoints say, and what upstream does with them.
import path from 'node:path';
import { type VoiceManifest } from '@gpt-talker/voice';
import { UPSTREAM_NOISE_SCALE, UPSTREAM_SAMPLING } from '../../config';
import { languagesOf, voiceManifest } from '../manifest';
import { FAMILIES, type Family } from './families';
import { type ImportVoiceOptions } from './options';
import { type StageOne } from './stage-one';
import { type StageTwo } from './stage-two';

export interface ImportedParts {
  gpt: Pick<StageOne, 'config' | 'topK' | 'own'>;
  vits: Pick<StageTwo, 'config' | 'sampleRate' | 'spectrogram' | 'symbols' | 'version'>;
  text: VoiceManifest['text'];
  speaker: VoiceManifest['speaker'];
  together: VoiceManifest['gpt']['together'];
}

export function importedManifest(
  options: ImportVoiceOptions,
  { gpt, vits, text, speaker, together }: ImportedParts,
): Omit<VoiceManifest, 'files'> {
  const family = FAMILIES[options.family];
  const files = [options.gptCheckpoint, options.vitsCheckpoint].map((file) => path.basename(file));
  return voiceManifest({
    name: options.name,
    description: options.description,
    license: options.license,
    model: family.versioned ? `${family.title} ${vits.version}` : family.title,
    ...(options.consent && { consent: options.consent }),
    origin: `imported from ${family.title} weights: ${files.join(', ')}`,
    languages: languagesOf(text, vits.version !== 'v1'),
    symbols: [...vits.symbols],
    text: { ...text, ...(family.marksShortTexts && { shortTextMark: '.' }) },
    layout: layoutOf(family, gpt.own),
    gpt: { ...gpt.config, together },
    vits: vits.config,
    sampleRate: vits.sampleRate,
    windowSamples: vits.spectrogram.windowSamples,
    noiseScale: UPSTREAM_NOISE_SCALE,
    ...(speaker && { speaker }),
    sampling: gpt.own?.sampling ?? { topK: family.topK ?? gpt.topK, ...UPSTREAM_SAMPLING },
    encoder: hubertEncoder(family.tailSeconds),
    references: (options.references ?? []).map(({ text: spoken }, index) => ({
      speaker: 'agent' as const,
      text: spoken,
      file: `reference-${index}`,
    })),
  });
}

/** What this project exported says itself how it reads; else the family does. */
function layoutOf(
  { layout }: Pick<Family, 'layout'>,
  own: StageOne['own'],
): Omit<VoiceManifest['layout'], 'roles' | 'maxPositions'> {
  if (!own) return layout;
  const { order, text_mask: textMask, history_turns: historyTurns } = own.layout;
  return { order, textMask, historyTurns, ...(own.alignment && { alignment: own.alignment }) };
}

/** @param tailSeconds silence that is appended to each recording */
export const hubertEncoder = (tailSeconds: number): VoiceManifest['encoder'] => ({
  kind: 'hubert',
  file: 'hubert',
  statistics: 'hubert-statistics',
  quantizer: 'quantizer',
  // Upstream goes past the feature extractor that would normalise.
  normalize: false,
  tailSeconds,
});
