// Readings of words without regard to what stands around them: this package's overrides → its dictionary, which lists every word
// that is not read as its characters commonly are → pinyin-pro's common reading of each character.
import { dictionaryReading } from './data';
import { listedParts } from './listed-parts';
import { optionalPackage } from '../optional-package';
import { FIXED_READINGS, OVERRIDES, SINGLE } from './overrides';
import { type Syllable, parsePinyin, parseSyllable } from './syllables';

/** Syllables of a word, one a character; undefined for a character that nothing reads. */
export interface WordReading {
  syllables: readonly (Syllable | undefined)[];
  source: string;
  /** Sandhi is included. */
  fixed: boolean;
}

type Polyphonic = (text: string, options: { type: 'array'; toneType: 'num' }) => string[][];
let polyphonic: Polyphonic | undefined;
const characterReadings = new Map<string, Syllable | undefined>();

/** The common reading of a character, by pinyin-pro, which is loaded at first use. */
function commonReading(character: string): Syllable | undefined {
  if (!characterReadings.has(character)) {
    polyphonic ??= optionalPackage<{ polyphonic: Polyphonic }>('pinyin-pro', {
      language: 'Chinese',
      version: '3',
    }).polyphonic;
    const [readings] = polyphonic(character, { type: 'array', toneType: 'num' });
    characterReadings.set(character, readings?.[0] === undefined ? undefined : parseSyllable(readings[0]));
  }
  return characterReadings.get(character);
}

function listed(word: string): { reading: string; source: string; fixed: boolean } | undefined {
  const fixed = FIXED_READINGS.get(word);
  if (fixed !== undefined) return { reading: fixed, source: 'override', fixed: true };
  const override = OVERRIDES.get(word);
  if (override !== undefined) return { reading: override, source: 'override', fixed: false };
  const reading = dictionaryReading(word);
  return reading === undefined ? undefined : { reading, source: 'dictionary', fixed: false };
}

/** A word in no list: the common readings of its characters, in which listed words that it contains have their own. */
function composed(word: string): WordReading {
  const syllables = [...word].map(commonReading);
  let source = 'pinyin-pro';
  for (const { at, value } of listedParts(word, listed)) {
    const read = parsePinyin(value.reading);
    if (read === undefined) continue;
    read.forEach((syllable, index) => (syllables[at + index] = syllable));
    source = value.source;
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
