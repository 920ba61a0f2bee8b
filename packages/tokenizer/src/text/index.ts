export { TextError, type TextErrorCode } from './errors';
export { phonemize, explain, type Explanation, type PhonemizeOptions, type Phonemized, type TextLanguage } from './phonemize';
export { type Lexicon, type ReadPiece, type SpokenWord } from './pieces';
export { ARPABET, PUNCTUATION, SYMBOLS, isSymbol, symbolIds } from './symbols';
