// What can be wrong with an utterance that is otherwise understood: its end is missing, a part is said twice, it clicks, or it is much
// louder or quieter than the others.
import { type Audio, integratedLoudness, warpingPath } from '@gpt-talker/audio';
import { normalizedCepstra } from './cepstra';

export interface SpokenSentence {
  sentence: string;
  audio: Audio;
  /** Its speech tokens, 25 a second. */
  tokens: Int32Array;
  /** Other than `end-of-speech`, it was cut off. */
  stopReason: string;
  /** The reference synthesiser's rendering. */
  reference: Audio;
}

export interface DefectReport {
  total: number;
  /** Sentences whose speech did not end by itself, or whose end is unlike the reference's. */
  missingEndings: string[];
  repeats: string[];
  clicks: string[];
  /** Difference between the loudest and the quietest utterance in LU (ITU-R BS.1770). */
  loudnessRange: number;
}

/** The end of a sentence, by the reference. */
const ENDING_SECONDS = 0.4;
/** An end counts as missing where it is this many times further from the reference than the whole is. */
const ENDING_RATIO = 1.8;
/** A stretch of at least this many tokens, said twice in a row, is a repeat… */
const REPEATED_TOKENS = 5;
/** …unless it has fewer different tokens than this: silence and long vowels repeat. */
const REPEATED_KINDS = 4;
/** A step between samples is a click where it is this many times the largest one around it… */
const CLICK_RATIO = 6;
/** …and so large. Full scale is 1. */
const CLICK_STEP = 0.05;
/** Steps this near to the largest one belong to it. */
const CLICK_MILLISECONDS = 0.25;
const NEIGHBOURHOOD_MILLISECONDS = 10;
const FRAME_SECONDS = 0.02;

export async function findDefects(spoken: readonly SpokenSentence[]): Promise<DefectReport> {
  const missingEndings: string[] = [];
  for (const one of spoken) {
    if (one.stopReason !== 'end-of-speech' || (await endsUnlike(one.audio, one.reference)))
      missingEndings.push(one.sentence);
  }
  const named = (wrong: (one: SpokenSentence) => boolean): string[] =>
    spoken.filter(wrong).map(({ sentence }) => sentence);
  const loudness = spoken.map(({ audio }) => integratedLoudness(audio));
  return {
    total: spoken.length,
    missingEndings,
    repeats: named(({ tokens }) => hasRepeat(tokens)),
    clicks: named(({ audio }) => hasClick(audio)),
    loudnessRange: Math.max(...loudness) - Math.min(...loudness),
  };
}

/** Whether the last part of a reference is much further from what was aligned with it than the rest is. */
export async function endsUnlike(audio: Audio, reference: Audio): Promise<boolean> {
  const [heard, expected] = await Promise.all([normalizedCepstra(audio), normalizedCepstra(reference)]);
  const path = warpingPath(heard, expected);
  const endingFrom = expected.frames - Math.round(ENDING_SECONDS / FRAME_SECONDS);
  const ending = path.filter(({ column }) => column >= endingFrom);
  const mean = (steps: readonly { distance: number }[]): number =>
    steps.reduce((sum, { distance }) => sum + distance, 0) / Math.max(1, steps.length);
  return mean(ending) > ENDING_RATIO * mean(path);
}

/** Whether a stretch of tokens follows itself at once. */
export function hasRepeat(tokens: ArrayLike<number>): boolean {
  const all = Array.from(tokens);
  for (let length = REPEATED_TOKENS; 2 * length <= all.length; length++) {
    let same = 0;
    for (let index = length; index < all.length; index++) {
      same = all[index] === all[index - length] ? same + 1 : 0;
      if (same >= length && new Set(all.slice(index - length + 1, index + 1)).size >= REPEATED_KINDS) return true;
    }
  }
  return false;
}

/** Whether one step between samples stands out from those around it. A plosive's burst is many large steps, a click is one. */
export function hasClick({ samples, sampleRate }: Audio): boolean {
  const near = Math.max(1, Math.round((CLICK_MILLISECONDS * sampleRate) / 1000));
  const around = Math.round((NEIGHBOURHOOD_MILLISECONDS * sampleRate) / 1000);
  const step = (index: number): number => Math.abs(samples[index] - samples[index - 1]);
  const standsOut = (index: number): boolean => {
    const here = step(index);
    if (here < CLICK_STEP) return false;
    const last = Math.min(samples.length - 1, index + around);
    for (let other = Math.max(1, index - around); other <= last; other++)
      if (Math.abs(other - index) > near && here <= CLICK_RATIO * step(other)) return false;
    return true;
  };
  for (let index = 1; index < samples.length; index++) if (standsOut(index)) return true;
  return false;
}
