// Fits a voice's speech encoder: the codes that stand for speech, learnt from a spread of the corpus.
import { readManifest } from '@gpt-talker/dataset';
import { readWavFile, type Audio } from '@gpt-talker/audio';
import { SpectralEncoder } from '@gpt-talker/tokenizer';
import type { VoiceConfig } from '../config';

export interface FitEncoderOptions {
  manifest: string;
  onProgress?: (message: string) => void;
}

/** Fits the codes on every n-th training recording, so that all speakers and styles are heard. */
export async function fitEncoder(
  { encoder, seed }: VoiceConfig,
  { manifest, onProgress }: FitEncoderOptions,
): Promise<SpectralEncoder> {
  const files: string[] = [];
  for await (const { split, turns } of readManifest(manifest)) {
    if (split === 'train') files.push(...turns.flatMap(({ audio }) => (audio === undefined ? [] : [audio])));
  }
  const every = Math.max(1, Math.floor(files.length / encoder.utterances));
  const chosen = files.filter((_, index) => index % every === 0).slice(0, encoder.utterances);
  onProgress?.(`fitting ${encoder.codes} codes on ${chosen.length} of ${files.length} recordings`);
  return SpectralEncoder.fit(recordings(chosen), {
    codes: encoder.codes,
    registers: encoder.registers,
    pitchWeight: encoder.pitchWeight,
    seed,
  });
}

async function* recordings(files: readonly string[]): AsyncGenerator<Audio> {
  for (const file of files) yield readWavFile(file);
}
