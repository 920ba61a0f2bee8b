// What the later stages of Chinese reading work on: a clause (a stretch without a pause) of words and their syllables.
import { type Syllable } from './syllables';

/** One character with its reading. */
export interface CharacterReading extends Syllable {
  character: string;
  /** Tone before sandhi; 5 where the dictionary itself has a neutral tone. */
  citation: number;
  /** Who gave the reading, then the rules that changed its tone. */
  sources: string[];
  /** A reading that no rule may change: inline markup, or an idiom listed as it is said. */
  fixed: boolean;
  /** Said by its digits (years, telephone numbers): 一 keeps its tone. */
  digitwise: boolean;
  /** Colours the syllable before it: 花儿. */
  rhotic: boolean;
  /** Index into the pieces of the text. */
  piece: number;
  /** The word that it belongs to. */
  word: ClauseWord;
}

/** A word with jieba's part of speech: n noun, v verb, a adjective, d adverb, m numeral, q measure, r pronoun, p preposition, u… particle. */
export interface ClauseWord {
  text: string;
  tag: string;
  /** Its characters. */
  readings: CharacterReading[];
}

export interface Clause {
  words: ClauseWord[];
  readings: CharacterReading[];
}

/** Changes the surface tone and notes why. */
export function retone(reading: CharacterReading, tone: number, why: string): void {
  if (reading.fixed || reading.tone === tone) return;
  reading.tone = tone;
  reading.sources.push(why);
}
