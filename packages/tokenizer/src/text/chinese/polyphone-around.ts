// What the rules of polyphones look at, and what they answer.
import { type ClauseWord } from './clause';

/** A word and what stands around it. */
export interface Around {
  word: ClauseWord;
  previous?: ClauseWord;
  next?: ClauseWord;
  /** The clause before and after, as text. */
  before: string;
  after: string;
  words: readonly ClauseWord[];
  at: number;
}

/** The reading, a syllable a character, and what was seen; undefined keeps the dictionary's. */
export type Decision = readonly [reading: string, why: string] | undefined;

/** Whether the word's part of speech is one of `tags`. */
export const is = (word: ClauseWord | undefined, tags: string) => word !== undefined && tags.includes(word.tag[0]);
/** Ends in a numeral, or in what asks or points. */
export const NUMERAL = /[一二三四五六七八九十百千万亿两几多半数每这那哪某各零]$/;
