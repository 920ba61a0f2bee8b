// How many words an independent recogniser gets wrong: of the voice, of copies by tokens alone, and of the teacher that both should
// sound like. The teacher's rate is what the recogniser itself does not manage; the others count as multiples of it.
import type { Audio } from '@gpt-talker/audio';
import { hasRecognizer, recognize } from './recognizer';
import { wordErrorRate, type WordErrorRate } from './word-errors';

export const SPEAKERS = ['voice', 'copy', 'teacher'] as const;
export type Speaker = (typeof SPEAKERS)[number];

export interface Intelligibility extends Record<Speaker, WordErrorRate> {
  /** The worst sentences of the voice, and what was heard. */
  misheard: { sentence: string; heard: string }[];
}

const LISTED = 10;

/**
 * @param said by speaker, an utterance of each sentence
 * @param listen what recognises them; a function from utterances to words
 * @returns undefined where no recogniser is installed
 */
export async function measureIntelligibility(
  sentences: readonly string[],
  said: Record<Speaker, readonly Audio[]>,
  listen: (utterances: readonly Audio[]) => Promise<string[]> = recognize,
): Promise<Intelligibility | undefined> {
  if (listen === recognize && !(await hasRecognizer())) return undefined;
  const heard = {} as Record<Speaker, string[]>;
  for (const speaker of SPEAKERS) heard[speaker] = await listen(said[speaker]);
  const rate = (speaker: Speaker): WordErrorRate => wordErrorRate(sentences, heard[speaker]);
  const misheard = sentences
    .map((sentence, index) => ({
      sentence,
      heard: heard.voice[index],
      rate: wordErrorRate([sentence], [heard.voice[index]]).rate,
    }))
    .filter(({ rate }) => rate > 0)
    .sort((a, b) => b.rate - a.rate)
    .slice(0, LISTED)
    .map(({ sentence, heard }) => ({ sentence, heard }));
  return { voice: rate('voice'), copy: rate('copy'), teacher: rate('teacher'), misheard };
}

/** Lines for people; without a measurement, what to install for one. */
export function describeIntelligibility(measured: Intelligibility | undefined): string[] {
  if (!measured)
    return [
      'intelligibility  skipped: pocketsphinx and its American English model are not installed (Debian, Ubuntu: apt-get install pocketsphinx pocketsphinx-en-us)',
    ];
  const percent = (speaker: Speaker): string => `${speaker} ${(100 * measured[speaker].rate).toFixed(1)} %`;
  const times = (speaker: Speaker): string =>
    measured.teacher.rate > 0 ? ` (${(measured[speaker].rate / measured.teacher.rate).toFixed(2)} × the teacher)` : '';
  return [
    `intelligibility  wrong of ${measured.teacher.words} words: ${percent('voice')}${times('voice')}, ${percent('copy')}${times('copy')}, ${percent('teacher')}`,
    ...measured.misheard.map(({ sentence, heard }) => `  "${sentence}" was heard as "${heard}"`),
  ];
}
