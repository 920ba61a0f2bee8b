// Which parts of a text that was read aloud are Chinese: those BERT is asked about.
import { type TextSpan } from './features';

const IDEOGRAPH = /\p{Script=Han}/u;
const WORD = /[\p{L}\p{N}]/u;

/**
 * Groups words into stretches of one language. A mark belongs to the words before it, as it does where a text is cut into sentences.
 * @param read what `phonemize` returns: words and marks, and how many phonemes each has
 */
export function spansOf({
  words,
  word2ph,
}: {
  readonly words: readonly string[];
  readonly word2ph: readonly number[];
}): TextSpan[] {
  const stretches: { language: string; text: string; word2ph: number[] }[] = [];
  words.forEach((word, index) => {
    const last = stretches[stretches.length - 1];
    const language = IDEOGRAPH.test(word) ? 'zh' : WORD.test(word) ? 'en' : (last?.language ?? 'en');
    const counts = shared(word2ph[index], [...word].length);
    if (last?.language === language) {
      last.text += word;
      last.word2ph.push(...counts);
    } else {
      stretches.push({ language, text: word, word2ph: counts });
    }
  });
  return stretches;
}

/** How many of the phonemes each character gets: two for each, where a Chinese word of several characters is given whole. */
function shared(phonemes: number, characters: number): number[] {
  const each = Math.floor(phonemes / characters);
  const counts = new Array<number>(characters).fill(each);
  counts[characters - 1] += phonemes - each * characters;
  return counts;
}
