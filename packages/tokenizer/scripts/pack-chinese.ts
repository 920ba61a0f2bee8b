// Makes data/chinese-readings.txt.br and data/chinese-traditional.txt.br: `npm run chinese-data`.
//
// Readings: words of @pinyin-pro/data (its dictionary of modern Chinese first, then the complete one) that pinyin-pro's built-in
// tables read differently, in citation tones. Traditional: the characters and phrases of OpenCC's traditional → simplified tables.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { pinyin } from 'pinyin-pro';
import { parseSyllable } from '../src/text/chinese/syllables';

const DATA = path.join(path.dirname(fileURLToPath(import.meta.url)), '../data');
const require = createRequire(import.meta.url);

type Source = Record<string, [reading: string, frequency: number]>;
const modern = require('@pinyin-pro/data/modern.json') as Source;
const complete = require('@pinyin-pro/data/complete.json') as Source;

/** Neither dictionary keeps the citation tones of 一 and 不. */
function citation(word: string, syllables: readonly string[]): string[] {
  const characters = [...word];
  return syllables.map((syllable, index) =>
    characters[index] === '一' ? 'yi1' : characters[index] === '不' ? 'bu4' : syllable,
  );
}

/** 'yín háng' → ['yin2', 'hang2']; undefined where a syllable is no opencpop one or the count is wrong. */
function syllablesOf(word: string, reading: string): string[] | undefined {
  const parsed = reading.split(' ').map((syllable) => parseSyllable(syllable, 'marked'));
  if (parsed.includes(undefined) || parsed.length !== [...word].length) return undefined;
  return citation(
    word,
    (parsed as { base: string; tone: number }[]).map(({ base, tone }) => `${base}${tone}`),
  );
}

const entries = new Map<string, string>();
for (const source of [modern, complete]) {
  for (const [word, [reading]] of Object.entries(source)) {
    if (entries.has(word) || (source === complete && word in modern) || [...word].length < 2) continue;
    const said = syllablesOf(word, reading);
    const known = syllablesOf(word, pinyin(word, { toneSandhi: false }));
    if (said !== undefined && said.join(' ') !== known?.join(' ')) entries.set(word, said.join(' '));
  }
}

// One word a line, in code-unit order, so that a word is found by bisection and opening builds nothing.
const lines = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([word, reading]) => `${word}\t${reading}`);
write('chinese-readings.txt.br', `${lines.join('\n')}\n`);

const { default: characters } = await import('opencc-js/dict/TSCharacters');
const { default: phrases } = await import('opencc-js/dict/TSPhrases');
/** Simplified forms that nothing reads (rare ones outside the basic plane) would lose the reading of the traditional form. */
const isRead = (word: string) => [...word].every((character) => pinyin(character, { toneSandhi: false }) !== character);
const pairs = `${characters}|${phrases}`
  .split('|')
  .map((pair) => pair.split(' '))
  .filter(([, to]) => isRead(to));
// A phrase whose characters keep their forms is an exception to the table of characters: 乾坤.
write('chinese-traditional.txt.br', pairs.map(([from, to]) => `${from} ${to}`).join('|'));
console.log(`${entries.size} readings`);

function write(name: string, text: string): void {
  const compressed = zlib.brotliCompressSync(text, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 22 },
  });
  fs.writeFileSync(path.join(DATA, name), compressed);
  console.log(`${name}: ${text.length} characters, ${compressed.length} bytes`);
}
