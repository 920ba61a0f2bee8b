// What the model learns from and is measured on: CMUdict without initialisms and possessives, split by headword.
import { type PackedDictionary } from '../../src/text/english/packed-dictionary';
import { LETTER_NAMES } from '../../src/text/english/pronounce';

/** A headword with all its listed pronunciations. */
export interface Headword {
  word: string;
  pronunciations: readonly string[][];
}

/** One headword in this many is held out. */
export const HELD_OUT = 20;

/** FNV-1a: the same split on every machine. */
function hash(word: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < word.length; index++) value = Math.imul(value ^ word.charCodeAt(index), 0x01000193) >>> 0;
  return (value ^ (value >>> 15)) >>> 0;
}

/** Whether the word is one that the model has not been trained on. */
export function isHeldOut(word: string): boolean {
  return hash(word) % HELD_OUT === 0;
}

const spelt = (word: string) =>
  [...word.toUpperCase()]
    .map((letter) => LETTER_NAMES[letter])
    .join(' ')
    .replace(/\d/g, '');

/** Headwords of two letters or more that are said as words. */
export function headwords(dictionary: PackedDictionary): Headword[] {
  const result: Headword[] = [];
  for (const { word, pronunciations } of dictionary.entries()) {
    if (!/^[a-z]{2,}$/.test(word)) continue;
    const letterNames = spelt(word);
    const words = pronunciations.filter((phonemes) => phonemes.join(' ').replace(/\d/g, '') !== letterNames);
    // Without a vowel letter it is an abbreviation ('mr', 'pm').
    if (words.length > 0 && /[aeiouy]/.test(word)) result.push({ word, pronunciations: words });
  }
  return result;
}
