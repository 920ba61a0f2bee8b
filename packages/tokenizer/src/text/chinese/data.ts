// The tables that this package ships for Chinese (made by scripts/pack-chinese.ts), each opened once at first use.
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { DATA_FOLDER } from '../../data-folder';

function open(name: string): string {
  return zlib.brotliDecompressSync(fs.readFileSync(path.join(DATA_FOLDER, name))).toString('utf8');
}

let readings: ReadonlyMap<string, string> | undefined;

/** Words that pinyin-pro's own tables read wrongly, with their syllables: '心脏' → 'xin1 zang4'. */
export function dictionaryReadings(): ReadonlyMap<string, string> {
  if (readings === undefined) {
    const table = new Map<string, string>();
    for (const line of open('chinese-readings.txt.br').split('\n')) {
      const [words, reading] = line.split('\t');
      for (const word of words.split('/')) table.set(word, reading);
    }
    readings = table;
  }
  return readings;
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
    for (const pair of open('chinese-traditional.txt.br').split('|')) {
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
