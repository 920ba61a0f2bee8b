// The plain data between the stages of text reading: parts of the input → pieces with a normal form → words with phonemes.

/** A stretch of input: plain text, or text whose reading the writer gave in markup. Offsets are UTF-16 indices of the input. */
export type TextPart =
  | { kind: 'plain'; text: string; start: number }
  | {
      kind: 'reading';
      text: string;
      start: number;
      end: number;
      phonemes: string[];
      /** Who gave it; 'markup' unless a front end found it in a lexicon. */
      source?: 'markup' | 'lexicon';
    };

/** One spoken word (in Chinese, one character), letter name or punctuation mark. */
export interface SpokenWord {
  /** Normal form: a word, a capital letter that is said by its name, or one of `! ? … , . -`. */
  text: string;
  kind: 'word' | 'letter' | 'mark';
  phonemes: readonly string[];
  /**
   * Who said so: 'dictionary', 'lexicon', 'heteronym: verb', 'letter name', 'suffix -ly', 'model', 'markup', 'mark', …; in Chinese
   * with the rules that changed the tone: 'pinyin-pro; third tone before third tone'.
   */
  source: string;
}

/** A stretch of the input with what became of it. */
export interface ReadPiece {
  /** The characters of the input. */
  source: string;
  start: number;
  end: number;
  /** The normalisation rule that claimed it: 'word', 'money', 'year', 'initialism', … */
  rule: string;
  words: SpokenWord[];
}

/** What a language's front end returns for the parts that it is given. */
export interface Reading {
  pieces: ReadPiece[];
  warnings: string[];
}

/** Words with readings that override every dictionary; keys in lower case. */
export type Lexicon = ReadonlyMap<string, readonly string[]>;

/** One language's way from text to phonemes. */
export interface FrontEnd {
  read(parts: readonly TextPart[], options: { lexicon?: Lexicon }): Reading;
}
