// Text → phonemes and ids, whatever the language: markup is parsed, each language's front end reads its parts, marks are
// tidied, and everything is checked against the symbol table.
import { CANTONESE } from './cantonese/front-end';
import { CHINESE } from './chinese/front-end';
import { ENGLISH } from './english/front-end';
import { TextError } from './errors';
import { type FrontEnd, type Lexicon, type ReadPiece, type SpokenWord } from './pieces';
import { parseMarkup } from './markup';
import { PUNCTUATION, UNKNOWN } from './symbols';
import { symbolId } from './symbols-v2';

/**
 * - `en`: English; characters of other scripts are left out, with a warning
 * - `zh`: Chinese with foreign words in it; numbers are Chinese, except in whole English clauses
 * - `yue`: Cantonese with foreign words in it, numbers as in Chinese; in symbols that voices from v2 on have
 * - `auto`: `zh` where the text has a Chinese character, else `en`
 */
export type TextLanguage = 'en' | 'zh' | 'yue' | 'auto';

const AUTOMATIC: FrontEnd = {
  read(parts, options) {
    const isChinese = parts.some((part) => /\p{Script=Han}/u.test(part.text));
    return (isChinese ? CHINESE : ENGLISH).read(parts, options);
  },
};

const FRONT_ENDS: Readonly<Record<TextLanguage, FrontEnd>> = {
  en: ENGLISH,
  zh: CHINESE,
  yue: CANTONESE,
  auto: AUTOMATIC,
};

/**
 * Languages that v2 has symbols for and that are not read here: wrong readings are worse than none. Looked at: kuromoji 0.1.2 (2018,
 * Apache-2.0) and its forks, lindera-wasm (MIT), none of which knows the pitch that v2 was trained with; es-hangul 2.4.0 (2026-07,
 * MIT), whose standard pronunciation makes 감사합니다 into 감싸함니다 and 맑게 into 막께.
 */
const UNREAD: Readonly<Record<string, string>> = {
  ja: 'Japanese: no kept npm library gives the readings with pitch accents that voices were trained with',
  ko: 'Korean: no kept npm library gives its standard pronunciation without errors',
};

/** All languages, for menus and validation. */
export const TEXT_LANGUAGES = Object.keys(FRONT_ENDS) as readonly TextLanguage[];

/** How to read a text. */
export interface PhonemizeOptions {
  /** Default 'auto'. */
  language?: TextLanguage;
  /** Readings that override every dictionary; see `readLexicon`. */
  lexicon?: Lexicon;
}

/** A text as phonemes. */
export interface Phonemized {
  /** Symbols of the 322, for Cantonese of v2's 732; no symbol for spaces. */
  phonemes: string[];
  /** Their ids. */
  ids: Int32Array;
  /** Words, letter names and punctuation marks of the normal form. */
  words: string[];
  /** How many phonemes each of `words` has; sums to `phonemes.length`. */
  word2ph: number[];
  /** The text as it is said: numbers, abbreviations and signs in words. */
  normalized: string;
  /** What was left out or could not be read. */
  warnings: string[];
}

/** A text as phonemes, with what became of each stretch of the input. */
export interface Explanation extends Phonemized {
  /** In order; stretches between them are spaces. */
  pieces: ReadPiece[];
}

/**
 * Reads `text` aloud, as phonemes.
 * @throws TextError 'empty' for a text of spaces or nothing, 'unspeakable' if no word of it can be said.
 */
export function phonemize(text: string, options: PhonemizeOptions = {}): Phonemized {
  const { phonemes, ids, words, word2ph, normalized, warnings } = explain(text, options);
  return { phonemes, ids, words, word2ph, normalized, warnings };
}

/** As `phonemize`, with every piece's source, normal form, phonemes and the rule or dictionary that gave them. */
export function explain(text: string, options: PhonemizeOptions = {}): Explanation {
  if (text.trim() === '') throw new TextError('empty', 'the text is empty; give at least one word');
  const language = options.language ?? 'auto';
  const frontEnd = Object.hasOwn(FRONT_ENDS, language) ? FRONT_ENDS[language] : undefined;
  if (Object.hasOwn(UNREAD, language)) {
    throw new TextError('option', `${UNREAD[language]}; use one of ${Object.keys(FRONT_ENDS).join(', ')}`);
  }
  if (frontEnd === undefined) {
    throw new TextError(
      'option',
      `language '${String(options.language)}' has no front end; use one of ${Object.keys(FRONT_ENDS).join(', ')}`,
    );
  }
  const { parts, warnings } = parseMarkup(text);
  const reading = frontEnd.read(parts, { lexicon: options.lexicon });
  warnings.push(...reading.warnings);
  const pieces = tidyMarks(reading.pieces);
  const said: SpokenWord[] = [];
  for (const piece of pieces) for (const word of piece.words) said.push(word);
  if (!said.some((word) => word.kind !== 'mark' && word.phonemes.length > 0)) {
    throw new TextError(
      'unspeakable',
      `nothing in '${excerpt(text)}' can be read aloud; give at least one word or number`,
    );
  }
  const phonemes: string[] = [];
  const numbers: number[] = [];
  const words: string[] = [];
  const word2ph: number[] = [];
  for (const word of said) {
    let lacking = false;
    for (const phoneme of word.phonemes) {
      const id = symbolId(phoneme);
      lacking ||= id === undefined;
      phonemes.push(id === undefined ? UNKNOWN : phoneme);
      numbers.push(id ?? symbolId(UNKNOWN)!);
    }
    words.push(word.text);
    word2ph.push(word.phonemes.length);
    if (!lacking) continue;
    const wrong = word.phonemes.filter((phoneme) => !isKnown(phoneme));
    warnings.push(`'${word.text}': no symbol for ${wrong.join(' ')}`);
    word.phonemes = word.phonemes.map((phoneme) => (isKnown(phoneme) ? phoneme : UNKNOWN));
  }
  const ids = new Int32Array(numbers);
  return {
    phonemes,
    ids,
    words,
    word2ph,
    normalized: joined(said),
    warnings,
    pieces,
  };
}

const isKnown = (symbol: string) => symbolId(symbol) !== undefined;

/** Which mark of a run is kept: the first of the strongest kind. */
const STRENGTH: Readonly<Record<string, number>> = { '?': 4, '!': 4, '.': 3, '…': 3, ',': 2, '-': 1 };

const MARKS: ReadonlySet<string> = new Set(PUNCTUATION);
const isPunctuation = (word: SpokenWord) => word.kind === 'mark' && MARKS.has(word.text);

/** Keeps one mark of each run, and none before the first word; pieces stay, so that `explain` shows everything. */
function tidyMarks(pieces: readonly ReadPiece[]): ReadPiece[] {
  const tidy = pieces.map((piece) => (piece.words.some(isPunctuation) ? { ...piece, words: [...piece.words] } : piece));
  let run: { piece: ReadPiece; word: SpokenWord }[] = [];
  let started = false;
  const settle = () => {
    const kept = started
      ? run.reduce((best, other) => (STRENGTH[other.word.text] > STRENGTH[best.word.text] ? other : best))
      : undefined;
    for (const entry of run) if (entry !== kept) entry.piece.words.splice(entry.piece.words.indexOf(entry.word), 1);
    run = [];
  };
  for (const piece of tidy) {
    for (const word of piece.words.length > 1 ? [...piece.words] : piece.words) {
      if (isPunctuation(word)) {
        run.push({ piece, word });
      } else {
        if (run.length > 0) settle();
        started = true;
      }
    }
  }
  // A hyphen or comma at the very end says nothing, but what ends the sentence stays.
  if (run.length > 0) settle();
  return tidy;
}

/** Words with spaces, marks attached to the word before them; no spaces between Chinese characters, nor after their marks. */
function joined(words: readonly SpokenWord[]): string {
  let text = '';
  // Whether the word before, and the one before that, is Chinese.
  let wasHan = false;
  let hadHan = false;
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    const han = isHan(word.text);
    const attached =
      index === 0 ||
      word.kind === 'mark' ||
      words[index - 1].text === '-' ||
      (han && (wasHan || (hadHan && words[index - 1].kind === 'mark')));
    text += attached ? word.text : ` ${word.text}`;
    hadHan = wasHan;
    wasHan = han;
  }
  return text;
}

const HAN = /^\p{Script=Han}/u;
const isHan = (text: string) => {
  const code = text.charCodeAt(0);
  return (code >= 0x4e00 && code <= 0x9fff) || (code > 0x2e00 && HAN.test(text));
};

function excerpt(text: string): string {
  const plain = text.trim().replace(/\s+/g, ' ');
  return plain.length > 40 ? `${plain.slice(0, 40)}…` : plain;
}
