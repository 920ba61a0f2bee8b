// Makes data/chinese-*.br: `npm run chinese-data`.
//
// Words: jieba's dictionary with this package's additions. Characters: the common reading of each, as pinyin-pro gives it.
// Readings, in citation tones: the words of @pinyin-pro/data (its dictionary of modern Chinese first, then the complete one) and of
// jieba's dictionary as pinyin-pro reads them, wherever they differ from the common readings of their characters. Traditional: the
// characters and phrases of OpenCC's traditional → simplified tables.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { pinyin, polyphonic } from 'pinyin-pro';
import { listedParts } from '../src/text/chinese/listed-parts';
import { OVERRIDES } from '../src/text/chinese/overrides';
import { packWords } from '../src/text/chinese/packed-words';
import { ADDED_WORDS } from '../src/text/chinese/segmentation-words';
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

const common = new Map<string, string>();

/** The reading that a character has by itself. */
function commonReading(character: string): string {
  let reading = common.get(character);
  if (reading === undefined) {
    reading = syllablesOf(character, polyphonic(character, { type: 'array' })[0][0])?.[0] ?? '';
    common.set(character, reading);
  }
  return reading;
}

const entries = new Map<string, string>();
const readings = new Map<string, string[]>();

function add(word: string, reading: string): void {
  const characters = [...word];
  if (readings.has(word) || characters.length < 2 || !/^\p{Script=Han}+$/u.test(word)) return;
  const said = syllablesOf(word, reading);
  if (said === undefined) return;
  readings.set(word, said);
  if (said.some((syllable, index) => syllable !== commonReading(characters[index]))) entries.set(word, said.join(' '));
}

for (const source of [modern, complete]) for (const [word, [reading]] of Object.entries(source)) add(word, reading);
const { dict } = require('@node-rs/jieba/dict') as { dict: Buffer };
for (const line of dict.toString('utf8').split('\n')) {
  const [word] = line.split(' ');
  if (!readings.has(word)) add(word, pinyin(word, { toneSandhi: false }));
}

// A longer word is listed where it is not read as what it is made of: 大将|军 has jiāng. The neutral tones of its parts hold in it unless
// the dictionary of modern Chinese says otherwise: the others rarely mark them.
const lookUp = (part: string) => OVERRIDES.get(part) ?? entries.get(part);
for (const [word, said] of [...readings].sort(([a], [b]) => a.length - b.length)) {
  if (word.length < 3 || OVERRIDES.has(word)) continue;
  const composed = [...word].map(commonReading);
  for (const { at, value } of listedParts(word, (part) => (part === word ? undefined : lookUp(part)))) {
    value.split(' ').forEach((syllable, index) => (composed[at + index] = syllable));
  }
  const reading = said.map((syllable, index) =>
    !(word in modern) && !/^(.)\1(.)\2$/u.test(word) && composed[index] === `${syllable.slice(0, -1)}5`
      ? composed[index]
      : syllable,
  );
  if (composed.join(' ') === reading.join(' ')) entries.delete(word);
  else entries.set(word, reading.join(' '));
}

// One word a line, in code-unit order, so that a word is found by bisection and opening builds nothing.
const lines = [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([word, reading]) => `${word}\t${reading}`);
write('chinese-readings.txt.br', `${lines.join('\n')}\n`);

// Every character that pinyin-pro reads, by reading: 'zhong1中忠终|…'.
const charactersOf = new Map<string, string>();
for (const [from, to] of [
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0x3007, 0x3007],
  [0x20000, 0x2ebe0],
]) {
  for (let code = from; code <= to; code++) {
    const character = String.fromCodePoint(code);
    const reading = polyphonic(character, { type: 'array', toneType: 'num' })[0]?.[0];
    if (reading === undefined || parseSyllable(reading) === undefined) continue;
    charactersOf.set(reading, (charactersOf.get(reading) ?? '') + character);
  }
}
write('chinese-characters.txt.br', [...charactersOf].map(([reading, characters]) => reading + characters).join('|'));

const words = dict
  .toString('utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => line.split(' '))
  .map(([word, frequency, tag]) => ({ word, frequency: Number(frequency), tag }))
  // The segmenter sees Chinese characters alone; rare names of four characters and more are read as their characters anyway.
  .filter(
    ({ word, frequency, tag }) =>
      /^\p{Script=Han}+$/u.test(word) &&
      !(frequency <= 3 && tag.startsWith('nr') && [...word].length >= 4 && !(word in modern || word in complete)),
  );
writeBytes('chinese-words.bin.br', packWords([...words, ...ADDED_WORDS]));

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
  writeBytes(name, Buffer.from(text));
}

function writeBytes(name: string, bytes: Uint8Array): void {
  const compressed = zlib.brotliCompressSync(bytes, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 22 },
  });
  fs.writeFileSync(path.join(DATA, name), compressed);
  console.log(`${name}: ${bytes.length} bytes, compressed ${compressed.length}`);
}
