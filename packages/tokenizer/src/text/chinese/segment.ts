// Words and parts of speech of Chinese text. The dictionary opens at first use: English-only users never pay for it.
import { chineseWords } from './data';
import { type TaggedWord } from './packed-words';

export type { TaggedWord };

/** Splits a clause of Chinese characters into listed words; what is unlisted stays in single characters (他长|得). */
export function tagWords(clause: string): TaggedWord[] {
  return chineseWords().segment(clause);
}

const subwords = new Map<string, string[]>();

/** Dictionary words inside a word, and the word itself. */
export function wordsInside(word: string): string[] {
  let words = subwords.get(word);
  if (words === undefined) {
    if (subwords.size > 20_000) subwords.clear();
    words = chineseWords().inside(word);
    subwords.set(word, words);
  }
  return words;
}
