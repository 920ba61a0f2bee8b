// Fits a voice's speech encoder: the codes that stand for speech, learnt from a spread of the corpus.
import { stat } from 'node:fs/promises';
import { readWavFile, type Audio } from '@gpt-talker/audio';
import { DatasetError, openCorpus, splitOf, type CorpusFormat } from '@gpt-talker/dataset';
import { SpectralEncoder } from '@gpt-talker/tokenizer';
import type { VoiceConfig } from '../config';
import { TrainingDataError } from '../run/data-error';

export interface FitEncoderOptions {
  /** The corpus: its folder, list or manifest. */
  corpus: string;
  format: CorpusFormat;
  /** Share of the dialogues that is held out, as `prepare` is told; default 0.03. */
  validationShare?: number;
  onProgress?: (message: string) => void;
}

/**
 * Fits the codes on every n-th training recording, so that all speakers and styles are included.
 * @throws DatasetError where the corpus cannot be read, TrainingDataError where no recording is found
 */
export async function fitEncoder(
  { encoder, seed }: Pick<VoiceConfig, 'encoder' | 'seed'>,
  { corpus, format, validationShare = 0.03, onProgress }: FitEncoderOptions,
): Promise<SpectralEncoder> {
  const files: string[] = [];
  const unheard = { skip: () => undefined, note: () => undefined };
  for await (const { id, split, turns } of (await openCorpus(corpus, { format })).dialogues(unheard))
    if ((split ?? splitOf(id, validationShare)) === 'train') files.push(...turns.map(({ audio }) => audio));
  if (files.length === 0)
    throw new TrainingDataError(`${corpus}: no recording of a training dialogue was found; check --format.`);
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
  for (const file of files) {
    // A named pipe would be waited for without end.
    if (!(await stat(file)).isFile())
      throw new DatasetError('manifest', `${file}: is no file where a recording is named; name a sound file`);
    yield readWavFile(file);
  }
}
