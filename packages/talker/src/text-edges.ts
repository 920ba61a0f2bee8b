// How a text begins and ends, as voices were trained to expect it: what is not closed by a mark is left hanging, and a text of a word
// or two loses its first sound. GPT-SoVITS closes every text, and puts a mark before short ones.
import { PUNCTUATION, type Phonemized } from '@gpt-talker/tokenizer';

/** Upstream's bounds: the first stretch of a text in characters, and all of it in phonemes. */
const SHORT_CHARACTERS = 4;
const SHORT_PHONEMES = 6;
const CLOSING = '.';

const MARKS = new Set<string>(PUNCTUATION);

export interface EdgeOptions {
  /** The mark before short texts; absent: none. */
  leading?: string;
  /** Whether a mark is a symbol of the voice. */
  knows(mark: string): boolean;
}

/** A text that was read, with a mark at its end, and, where it is short, one before it. */
export function withEdges(read: Phonemized, text: string, { leading, knows }: EdgeOptions): Phonemized {
  const { phonemes } = read;
  const closing = !MARKS.has(phonemes[phonemes.length - 1]) && knows(CLOSING) ? CLOSING : undefined;
  const opening = leading !== undefined && isShort(text, phonemes) && knows(leading) ? leading : undefined;
  if (closing === undefined && opening === undefined) return read;
  const around = <T>(items: readonly T[], entry: (mark: string) => T): T[] => [
    ...(opening === undefined ? [] : [entry(opening)]),
    ...items,
    ...(closing === undefined ? [] : [entry(closing)]),
  ];
  return {
    ...read,
    phonemes: around(phonemes, (mark) => mark),
    words: around(read.words, (mark) => mark),
    word2ph: around(read.word2ph, () => 1),
  };
}

function isShort(text: string, phonemes: readonly string[]): boolean {
  const [first] = text.trim().split(/[,.;:!?…~，。；：！？、—\n]/u);
  return [...first.trim()].length < SHORT_CHARACTERS || phonemes.length < SHORT_PHONEMES;
}
