// Contents: text → phonemes.
export { TextError, type TextErrorCode } from './errors';
export { parseLexicon } from './lexicon';
export { readLexicon } from './read-lexicon';
export {
  TEXT_LANGUAGES,
  phonemize,
  explain,
  type Explanation,
  type PhonemizeOptions,
  type Phonemized,
  type TextLanguage,
} from './phonemize';
export { type Lexicon, type ReadPiece, type SpokenWord } from './pieces';
export { SPLIT_STRATEGIES, splitText, type SplitStrategy } from './split';
export { SYMBOLS_V2, symbolId } from './symbols-v2';
export { ARPABET, PUNCTUATION, SYMBOLS, isSymbol, symbolIds } from './symbols';
