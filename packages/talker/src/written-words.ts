// The words of a text as its writer sees them: stretches of the input between spaces, with what the tokenizer made of each.
import type { TextWord } from '@gpt-talker/context';
import type { Explanation, SpokenWord } from '@gpt-talker/tokenizer';

/** A stretch of the input with the words that are said for it, and the place of their phonemes. */
interface SaidStretch {
  from: number;
  to: number;
  /** What was written, without the markup that says how it is read. */
  source: string;
  words: readonly SpokenWord[];
  phonemes: { from: number; to: number };
}

/**
 * @param read what `explain` returns
 * @param phonemesBefore how many phonemes were put before those
 */
export function writtenWords({ pieces }: Pick<Explanation, 'pieces'>, phonemesBefore = 0): TextWord[] {
  const words: TextWord[] = [];
  let phoneme = phonemesBefore;
  for (const piece of pieces) {
    const begin = phoneme;
    phoneme += piece.words.reduce((sum, { phonemes }) => sum + phonemes.length, 0);
    for (const stretch of characterByCharacter(piece, begin)) {
      const said = stretch.words.filter(({ kind }) => kind !== 'mark');
      if (said.length === 0) continue;
      const word = {
        text: stretch.source,
        from: stretch.from,
        to: stretch.to,
        normalized: said.map((spoken) => spoken.text).join(' '),
        phonemes: withoutMarksAtItsEnds(stretch),
      };
      const before = words[words.length - 1];
      // `don`, `'t`, `well-`, `known`: what is written without a space between is one word, but for Chinese, which has none.
      if (before && before.to === word.from && !isHan(before.text) && !isHan(word.text)) join(before, word);
      else words.push(word);
    }
  }
  return words;
}

/** A stretch of Chinese characters that are said as they are written is as many words. */
function characterByCharacter(
  { start, end, words, source }: Explanation['pieces'][number],
  phoneme: number,
): SaidStretch[] {
  const characters = [...source];
  const alike =
    characters.length > 1 &&
    characters.length === words.length &&
    words.every(({ text }, index) => text === characters[index]);
  if (!alike || !isHan(source)) {
    const count = words.reduce((sum, { phonemes }) => sum + phonemes.length, 0);
    return [{ from: start, to: end, source, words, phonemes: { from: phoneme, to: phoneme + count } }];
  }
  let [at, from] = [start, phoneme];
  return characters.map((character, index) => {
    const to = from + words[index].phonemes.length;
    const stretch = {
      from: at,
      to: at + character.length,
      source: character,
      words: [words[index]],
      phonemes: { from, to },
    };
    [at, from] = [stretch.to, to];
    return stretch;
  });
}

function withoutMarksAtItsEnds({ words, phonemes }: SaidStretch): TextWord['phonemes'] {
  let { from, to } = phonemes;
  for (const { kind, phonemes: marks } of words) {
    if (kind !== 'mark') break;
    from += marks.length;
  }
  for (const { kind, phonemes: marks } of [...words].reverse()) {
    if (kind !== 'mark') break;
    to -= marks.length;
  }
  return { from, to };
}

function join(word: TextWord, next: TextWord): void {
  word.text += next.text;
  word.to = next.to;
  word.normalized += ` ${next.normalized}`;
  word.phonemes = { from: word.phonemes.from, to: next.phonemes.to };
}

const isHan = (text: string): boolean => /\p{Script=Han}/u.test(text);
