// Words and parts of speech by jieba. Its binary and dictionary load at first use: English-only users never pay for them.
import type { Jieba } from '@node-rs/jieba';
import { optionalPackage } from '../optional-package';
import { JIEBA_WORDS } from './segmentation-words';

export interface TaggedWord {
  word: string;
  tag: string;
}

let opened: Jieba | undefined;

function jieba(): Jieba {
  if (opened === undefined) {
    const wanted = { language: 'Chinese', version: '2' };
    const native = optionalPackage<{ Jieba: typeof Jieba }>('@node-rs/jieba', wanted);
    const { dict } = optionalPackage<{ dict: Uint8Array }>('@node-rs/jieba/dict', wanted);
    opened = native.Jieba.withDict(dict);
    opened.loadDict(new TextEncoder().encode(JIEBA_WORDS));
  }
  return opened;
}

/** Splits a clause of Chinese characters. Its guesses at unlisted words are off: they join what does not belong together (他长|得). */
export function tagWords(clause: string): TaggedWord[] {
  return jieba().tag(clause, false);
}

const subwords = new Map<string, string[]>();

/** Dictionary words inside a word, and the word itself. */
export function wordsInside(word: string): string[] {
  let words = subwords.get(word);
  if (words === undefined) {
    if (subwords.size > 20_000) subwords.clear();
    words = jieba().cutForSearch(word, false);
    subwords.set(word, words);
  }
  return words;
}
