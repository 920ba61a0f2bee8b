// What the decisions about heteronyms return, and the evidence that several of them look for.
import { type Clause } from './clause';

/** A reading in ARPAbet and what the word means then. */
export interface Sense {
  phonemes: string;
  meaning: string;
}

/** A sense, tersely. */
export const sense = (phonemes: string, meaning: string): Sense => ({ phonemes, meaning });

/** Whether any word of the sentence around it, within reach, is one of `words`: the tense of another sentence says nothing. */
export function mentionsInSentence(clause: Clause, words: RegExp): boolean {
  for (const step of [-1, 1]) {
    for (let distance = 1; distance <= 12; distance++) {
      const at = clause.at + step * distance;
      const word = clause.words[at];
      if (word === undefined || (word === '' && /^[.!?]$/.test(clause.written[at]))) break;
      if (words.test(word)) return true;
    }
  }
  return false;
}

/** Whether any word of the clause's sentence is one of `words`. */
export function mentions(clause: Clause, words: RegExp): boolean {
  const low = Math.max(0, clause.at - 12);
  for (let at = low; at < Math.min(clause.words.length, clause.at + 13); at++)
    if (at !== clause.at && words.test(clause.words[at])) return true;
  return false;
}
