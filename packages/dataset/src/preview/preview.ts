// preview.html: a page to look at and listen to a prepared corpus, whole in one file. One turn of each dialogue is shown; for large
// corpora, dialogues are taken evenly from the whole.
import path from 'node:path';
import { logMelSpectrogram, resample, writeWav, type Audio } from '@gpt-talker/audio';
import { SYMBOLS } from '@gpt-talker/tokenizer';
import { writeStreamAtomically } from '../files/atomic';
import { PREVIEW_FILE } from '../store/layout';
import { type PrepareReport } from '../pipeline/report';
import { CompactCorpus } from '../store/compact-corpus';
import { readTurnAudio } from '../store/turn-data';
import { type PreparedDialogue, type PreparedTurn } from '../store/types';
import { pageEnd, pageStart, sampleSection, type PreviewSample } from './page';

export interface PreviewOptions {
  /** Dialogues that are shown. Default 40. */
  mostDialogues?: number;
}

/** Sound in the page: small, and enough to hear and see what is wrong. */
const RATE = 16_000;
const MOST_SECONDS = 15;
const MELS = 64;
const HOP_SAMPLES = 320;
/** Points of the drawn waveform. */
const POINTS = 600;

/** Writes the page of a corpus that `prepare` wrote, beside its corpus.json. @throws DatasetError */
export async function writePreview(
  folder: string,
  report: PrepareReport,
  { mostDialogues = 40 }: PreviewOptions = {},
): Promise<void> {
  const corpus = await CompactCorpus.open(folder);
  try {
    const shown = Math.min(mostDialogues, corpus.size);
    await writeStreamAtomically(path.join(folder, PREVIEW_FILE), async (write) => {
      await write(pageStart(report, { shown, all: corpus.size }));
      for (let place = 0; place < shown; place++) {
        const dialogue = await corpus.dialogue(Math.floor((place * corpus.size) / shown));
        await write(sampleSection(await sampleOf(dialogue)));
      }
      await write(pageEnd());
    });
  } finally {
    await corpus.close();
  }
}

/** The dialogue's second turn, the first with a history, or its only one. */
async function sampleOf({ id, split, turns }: PreparedDialogue): Promise<PreviewSample> {
  const index = Math.min(1, turns.length - 1);
  const turn = turns[index];
  const audio = await resample(await readTurnAudio(turn), RATE);
  const samples = audio.samples.subarray(0, MOST_SECONDS * RATE);
  return {
    id,
    split,
    turns: turns.length,
    number: index,
    turn,
    phonemes: turn.phonemes.map((symbol) => SYMBOLS[symbol]),
    words: wordsOf(turn),
    wav: Buffer.from(writeWav({ samples, sampleRate: RATE })).toString('base64'),
    peaks: peaksOf(samples),
    mel: melOf({ samples, sampleRate: RATE }),
    shownSeconds: samples.length / RATE,
  };
}

/** Phonemes word by word. */
function wordsOf({ phonemes, wordLengths = [] }: PreparedTurn): string[] {
  let start = 0;
  return wordLengths.map((length) => {
    const word = phonemes.slice(start, start + length).map((symbol) => SYMBOLS[symbol]);
    start += length;
    return word.join(' ');
  });
}

/** The lowest and highest sample of each of many stretches. */
function peaksOf(samples: Float32Array): [number, number][] {
  const points = Math.min(POINTS, samples.length);
  return Array.from({ length: points }, (_, point) => {
    const start = Math.floor((point * samples.length) / points);
    const end = Math.floor(((point + 1) * samples.length) / points);
    let [low, high] = [0, 0];
    for (let index = start; index < end; index++) {
      if (samples[index] < low) low = samples[index];
      if (samples[index] > high) high = samples[index];
    }
    return [low, high];
  });
}

/** The log-mel spectrogram as bytes [mels, frames], 0 for its floor and 255 for its top, over 80 dB. */
function melOf({ samples, sampleRate }: Audio): PreviewSample['mel'] {
  const { data, mels, frames } = logMelSpectrogram(samples, {
    sampleRate,
    fftSize: 1024,
    hopSamples: HOP_SAMPLES,
    mels: MELS,
  });
  let top = -Infinity;
  for (const value of data) if (value > top) top = value;
  const range = (80 / 20) * Math.LN10;
  const bytes = Uint8Array.from(data, (value) => Math.max(0, Math.round(255 * (1 - (top - value) / range))));
  return { mels, frames, bytes: Buffer.from(bytes).toString('base64') };
}
