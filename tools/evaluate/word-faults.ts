// Faults put into what a voice says, to see whether they are found: a word's tokens left out, said twice, or all from a word on cut away; and, as
// the voice itself would say them, replies to a text that lacks a word or has it twice, held against the text as it should be.
import type { TextWord } from '@gpt-talker/context';
import { TokenAligner, phonemeModel, type TokenEmissions } from '@gpt-talker/gpt';
import type { Random } from '../corpus/random';
import { wordsOf } from './word-errors';

/** Shorter words, such as "a", are swallowed in fluent speech: what has no sound of its own cannot be missed. */
const LEAST_PHONEMES = 3;

export interface SaidText {
  text: string;
  phonemes: Int32Array;
  words: readonly TextWord[];
  tokens: readonly number[];
}

export type InjectedFault = 'left out' | 'said twice' | 'cut';

/** A word at random that is long enough to be missed. */
export function chooseWord({ words }: Pick<SaidText, 'words'>, random: Random): TextWord {
  const long = words.filter(({ phonemes: { from, to } }) => to - from >= LEAST_PHONEMES);
  return long[Math.floor(random.between(0, long.length))];
}

/** The tokens of a reply with each of the faults, at words chosen at random. */
export function withFaults(
  { phonemes, words, tokens }: SaidText,
  emissions: TokenEmissions,
  random: Random,
): Record<InjectedFault, number[]> {
  const aligner = new TokenAligner(phonemeModel(phonemes, emissions));
  for (const token of tokens) aligner.push(token);
  // The first of the aligned is the silence before the text.
  const aligned = aligner.align(true).slice(1);
  const word = chooseWord({ words }, random);
  const [from, to] = [aligned[word.phonemes.from].begin, aligned[word.phonemes.to - 1].end];
  const last = words[1 + Math.floor(random.between(0, words.length - 1))];
  return {
    'left out': [...tokens.slice(0, from), ...tokens.slice(to)],
    'said twice': [...tokens.slice(0, to), ...tokens.slice(from)],
    cut: tokens.slice(0, aligned[last.phonemes.from].begin),
  };
}

/** Phonemes of a text that lacks a word, and of one that has it twice. */
export function otherTexts(
  phonemes: Int32Array,
  { phonemes: { from, to } }: TextWord,
): Record<'without' | 'twice', Int32Array> {
  const all = [...phonemes];
  return {
    without: Int32Array.from([...all.slice(0, from), ...all.slice(to)]),
    twice: Int32Array.from([...all.slice(0, to), ...all.slice(from)]),
  };
}

/**
 * Whether a recogniser, too, did not recognise words as they are written.
 * @param words indices of the text's words that are suspected, the last not included
 */
export function isBorneOut(text: string, heard: string, words: { from: number; to: number }): boolean {
  const { right, inserted } = heardRight(wordsOf(text), wordsOf(heard));
  const own = right.slice(words.from, words.to);
  return own.length === 0 || own.includes(false) || inserted.slice(words.from, words.to + 1).includes(true);
}

/** Of each written word, whether it was recognised; and whether something else was before it, or, last, behind all. */
export function heardRight(
  written: readonly string[],
  heard: readonly string[],
): { right: boolean[]; inserted: boolean[] } {
  const cost = written.map(() => [] as number[]).concat([[]]);
  for (let row = written.length; row >= 0; row--)
    for (let column = heard.length; column >= 0; column--) {
      const ends = [written.length - row, heard.length - column];
      cost[row][column] =
        ends[0] === 0 || ends[1] === 0
          ? ends[0] + ends[1]
          : Math.min(
              cost[row + 1][column + 1] + Number(written[row] !== heard[column]),
              cost[row + 1][column] + 1,
              cost[row][column + 1] + 1,
            );
    }
  const right = written.map(() => false);
  const inserted = new Array<boolean>(written.length + 1).fill(false);
  let [row, column] = [0, 0];
  while (row < written.length || column < heard.length) {
    const both = row < written.length && column < heard.length;
    if (both && cost[row][column] === cost[row + 1][column + 1] + Number(written[row] !== heard[column]))
      right[row] = written[row++] === heard[column++];
    else if (row < written.length && cost[row][column] === cost[row + 1][column] + 1) row++;
    else {
      inserted[row] = true;
      column++;
    }
  }
  return { right, inserted };
}
