// Readings of single English words: lexicon → dictionary → endings and compounds → model. Heteronyms are settled before, by
// the words around them. Every reading carries who gave it.
import { type Lexicon } from '../pieces';
import { derive, withS } from './morphology';

/** A reading and who gave it. */
export interface WordReading {
  phonemes: readonly string[];
  source: string;
}

/** Names of the letters. */
export const LETTER_NAMES: Readonly<Record<string, string>> = {
  A: 'EY1',
  B: 'B IY1',
  C: 'S IY1',
  D: 'D IY1',
  E: 'IY1',
  F: 'EH1 F',
  G: 'JH IY1',
  H: 'EY1 CH',
  I: 'AY1',
  J: 'JH EY1',
  K: 'K EY1',
  L: 'EH1 L',
  M: 'EH1 M',
  N: 'EH1 N',
  O: 'OW1',
  P: 'P IY1',
  Q: 'K Y UW1',
  R: 'AA1 R',
  S: 'EH1 S',
  T: 'T IY1',
  U: 'Y UW1',
  V: 'V IY1',
  W: 'D AH1 B AH0 L Y UW0',
  X: 'EH1 K S',
  Y: 'W AY1',
  Z: 'Z IY1',
};

/** What the readings come from; `guess` reads any string of letters. */
export interface PronunciationSources {
  lookup(word: string): string[][] | undefined;
  guess(word: string): string[];
}

/** The longest word of a dictionary has 45 letters. */
const LONGEST_WORD = 48;

const STRETCHES = new RegExp(`.{1,${LONGEST_WORD}}`, 'g');
const MOST_GUESSES = 64;

/** Reads words, remembering what it has read. */
export class Pronouncer {
  private readonly sources: PronunciationSources;
  private readonly remembered = new Map<string, WordReading>();

  constructor(sources: PronunciationSources) {
    this.sources = sources;
  }

  /** Reading of a capital letter's name, with or without "'s". */
  letter(letter: string): WordReading {
    const name = LETTER_NAMES[letter[0]].split(' ');
    return { phonemes: letter.endsWith("'s") ? withS(name) : name, source: 'letter name' };
  }

  /** Reading of `word` in any case. */
  word(word: string, lexicon?: Lexicon): WordReading {
    const key = word.toLowerCase();
    const override = lexicon?.get(key);
    if (override !== undefined) return { phonemes: override, source: 'lexicon' };
    if (lexicon !== undefined && lexicon.size > 0) {
      // Endings of overridden words follow the override ("Nguyen's").
      const stem = /^(.+?)(?:'s|s')$/.exec(key)?.[1];
      const reading = stem === undefined ? undefined : lexicon.get(stem);
      if (reading !== undefined) return { phonemes: withS(reading), source: 'lexicon' };
    }
    let reading = this.remembered.get(key);
    if (reading === undefined) {
      reading = this.read(key);
      // Texts without end must not fill the memory.
      if (this.remembered.size >= 50_000) this.remembered.clear();
      this.remembered.set(key, reading);
    }
    return reading;
  }

  private read(word: string): WordReading {
    const listed = this.lookup(word) ?? this.lookup(word.replace(/^'|'$/g, ''));
    if (listed !== undefined) return { phonemes: listed, source: 'dictionary' };
    const [, repeated] = /([a-z])\1\1/.exec(word) ?? [];
    if (repeated !== undefined) {
      // A letter drawn out: 'goood' and 'freee' are written with two, 'sooo' and 'yesss' with one.
      const isDouble = /[el]/.test(repeated) || /ooo+[a-z]/.test(word);
      for (const letters of isDouble ? ['$1$1', '$1'] : ['$1', '$1$1']) {
        const short = this.lookup(word.replace(/([a-z])\1{2,}/g, letters));
        if (short !== undefined) return { phonemes: short, source: 'dictionary, drawn out' };
      }
    }
    if (/^[b-df-hj-np-tv-xz]{2,5}$/.test(word)) {
      return {
        phonemes: [...word].flatMap((letter) => this.letter(letter.toUpperCase()).phonemes),
        source: 'letter names',
      };
    }
    if (word.length <= LONGEST_WORD) {
      const derived = derive(word, (part) => this.lookup(part));
      if (derived !== undefined) return { phonemes: derived.phonemes, source: derived.rule };
    }
    // Letters without end are no word: read in stretches, so that time grows no faster than they do.
    const stretches = word.replace(/[^a-z]/g, '').match(STRETCHES) ?? [];
    const phonemes: string[] = [];
    const guessed = new Map<string, string[]>();
    for (const letters of stretches) {
      let said = guessed.get(letters);
      // What goes on after thousands of letters is noise: it is spelt, which takes no time.
      if (said === undefined) {
        said =
          guessed.size < MOST_GUESSES
            ? this.sources.guess(letters)
            : [...letters].flatMap((letter) => this.letter(letter.toUpperCase()).phonemes);
        guessed.set(letters, said);
      }
      for (const phoneme of said) phonemes.push(phoneme);
    }
    return { phonemes, source: 'model' };
  }

  private lookup(word: string): string[] | undefined {
    return this.sources.lookup(word)?.[0];
  }
}
