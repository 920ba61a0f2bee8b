// The tables that this package ships for Chinese (made by scripts/pack-chinese.ts), each opened once at first use.
import { shippedData, type ShippedData } from '../../shipped-data';
import { PackedWords } from './packed-words';

const open = (name: ShippedData) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(shippedData(name));

let words: PackedWords | undefined;

/** The dictionary that text is segmented by: jieba's, with additions. */
export function chineseWords(): PackedWords {
  words ??= new PackedWords(shippedData('chinese-words'));
  return words;
}

let characters: Map<string, string> | undefined;

/** The common reading of a character: '中' → 'zhong1'; undefined for one without. */
export function characterReading(character: string): string | undefined {
  if (characters === undefined) {
    characters = new Map();
    for (const list of open('chinese-characters').split('|')) {
      const letters = list.search(/[^a-zü\d]/);
      const reading = list.slice(0, letters);
      for (const one of list.slice(letters)) characters.set(one, reading);
    }
  }
  return characters.get(character);
}

let readings: string | undefined;

/** The reading of a word that is not read as its characters commonly are: '心脏' → 'xin1 zang4'. Found by bisection of the sorted lines. */
export function dictionaryReading(word: string): string | undefined {
  readings ??= open('chinese-readings');
  let low = 0;
  let high = readings.length;
  while (low < high) {
    const start = readings.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
    const end = readings.indexOf('\n', start);
    const tab = readings.indexOf('\t', start);
    const key = readings.slice(start, tab);
    if (key === word) return readings.slice(tab + 1, end);
    if (key < word) low = end + 1;
    else high = start;
  }
  return undefined;
}

/** Traditional characters and phrases with their simplified forms. */
export interface TraditionalTable {
  characters: ReadonlyMap<string, string>;
  /** Phrases by first character, the longest first: 乾坤 keeps its 乾. */
  phrases: ReadonlyMap<string, readonly (readonly [traditional: string, simplified: string])[]>;
}

let traditional: TraditionalTable | undefined;

export function traditionalTable(): TraditionalTable {
  if (traditional === undefined) {
    const characters = new Map<string, string>();
    const phrases = new Map<string, (readonly [string, string])[]>();
    for (const pair of open('chinese-traditional').split('|')) {
      const [from, to] = pair.split(' ');
      if ([...from].length === 1) {
        if (from !== to) characters.set(from, to);
      } else if (from.length === to.length) {
        phrases.set(from[0], [...(phrases.get(from[0]) ?? []), [from, to]]);
      }
    }
    for (const list of phrases.values()) list.sort(([a], [b]) => b.length - a.length);
    traditional = { characters, phrases };
  }
  return traditional;
}
