// Readings of words without regard to what stands around them: this package's overrides → its dictionary → pinyin-pro.
import { createRequire } from 'node:module';
import { dictionaryReading } from './data';
import { FIXED_READINGS, OVERRIDES, SINGLE } from './overrides';
import { type Syllable, parsePinyin, parseSyllable } from './syllables';

/** Syllables of a word, one a character; undefined for a character that nothing reads. */
export interface WordReading {
  syllables: readonly (Syllable | undefined)[];
  source: string;
  /** Sandhi is included. */
  fixed: boolean;
}

type Pinyin = (
  word: string,
  options: { type: 'array'; toneType: 'num'; toneSandhi: false; nonZh: 'spaced'; v: true },
) => string[];
let pinyinPro: Pinyin | undefined;

/** pinyin-pro with its own sandhi off, loaded at first use. */
function guess(word: string): (Syllable | undefined)[] {
  if (pinyinPro === undefined) {
    const require = createRequire(__filename);
    pinyinPro = (require('pinyin-pro') as { pinyin: Pinyin }).pinyin;
  }
  const syllables = pinyinPro(word, { type: 'array', toneType: 'num', toneSandhi: false, nonZh: 'spaced', v: true });
  const characters = [...word];
  if (syllables.length !== characters.length) {
    return characters.length === 1 ? [undefined] : characters.flatMap((character) => guess(character));
  }
  return syllables.map((syllable, index) =>
    syllable === characters[index] ? undefined : parseSyllable(syllable, 'marked'),
  );
}

function listed(word: string): { reading: string; source: string; fixed: boolean } | undefined {
  const fixed = FIXED_READINGS.get(word);
  if (fixed !== undefined) return { reading: fixed, source: 'override', fixed: true };
  const override = OVERRIDES.get(word);
  if (override !== undefined) return { reading: override, source: 'override', fixed: false };
  const reading = dictionaryReading(word);
  return reading === undefined ? undefined : { reading, source: 'dictionary', fixed: false };
}

const LONGEST_PART = 6;

/** A word in no list: pinyin-pro's reading, in which listed words that it contains have their own. */
function composed(word: string): WordReading {
  const characters = [...word];
  const syllables = guess(word);
  let source = 'pinyin-pro';
  if (characters.length > 2 && syllables.length === characters.length) {
    let at = 0;
    while (at < characters.length) {
      let length = Math.min(LONGEST_PART, characters.length - at);
      for (; length > 1; length--) {
        const part = listed(characters.slice(at, at + length).join(''));
        const read = part === undefined ? undefined : parsePinyin(part.reading);
        if (part === undefined || read?.length !== length) continue;
        for (let index = 0; index < length; index++) syllables[at + index] = read[index];
        source = part.source;
        break;
      }
      at += Math.max(1, length);
    }
  }
  return { syllables, source, fixed: false };
}

const remembered = new Map<string, WordReading>();
const MOST_REMEMBERED = 50_000;

/** Reads a word of Chinese characters. */
export function readWord(word: string): WordReading {
  let reading = remembered.get(word);
  if (reading === undefined) {
    const single = SINGLE.get(word);
    const list = listed(word);
    if (list !== undefined) {
      reading = { syllables: parsePinyin(list.reading) ?? [], source: list.source, fixed: list.fixed };
      if (reading.syllables.length !== [...word].length) reading = composed(word);
    } else if (single !== undefined) {
      reading = { syllables: parsePinyin(single) ?? [], source: 'character', fixed: false };
    } else reading = composed(word);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(word, reading);
  }
  return reading;
}
