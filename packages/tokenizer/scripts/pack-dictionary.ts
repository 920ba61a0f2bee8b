// Makes data/english-dictionary.bin.br from CMUdict and this package's own additions: `npm run dictionary`.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import { dictionary } from 'cmu-pronouncing-dictionary';
import { ARPABET } from '../src/text/symbols';
import { packDictionary } from '../src/text/english/packed-dictionary';

const FOLDER = path.dirname(fileURLToPath(import.meta.url));
const ADDITIONS = path.join(FOLDER, 'english-additions.tsv');
const OUTPUT = path.join(FOLDER, '../data/english-dictionary.bin.br');

const known = new Set(ARPABET);
const words = new Map<string, string[]>();

// Letters with a full stop ('b.', "b.'s") are what the initialism rule reads; '…-…' is read part by part, so that a hyphen
// keeps its symbol; words with digits are what the number rules read.
for (const [key, pronunciation] of Object.entries(dictionary)) {
  const word = key.replace(/\(\d+\)$/, '');
  if (!/^[a-z']+$/.test(word)) continue;
  const phonemes = pronunciation.replace(/ *#.*/, ''); // comments of the source
  words.set(word, [...(words.get(word) ?? []), phonemes]);
}

// word ⇥ pronunciation ⇥ why: becomes the first pronunciation; those of CMUdict stay behind it.
for (const line of fs.readFileSync(ADDITIONS, 'utf8').split('\n')) {
  if (line === '' || line.startsWith('#')) continue;
  const [word, pronunciation] = line.split('\t');
  words.set(word, [pronunciation, ...(words.get(word) ?? []).filter((other) => other !== pronunciation)]);
}

const entries = [...words].map(([word, pronunciations]) => ({
  word,
  pronunciations: [...new Set(pronunciations)].map((pronunciation) => pronunciation.split(' ')),
}));
for (const { word, pronunciations } of entries) {
  const wrong = pronunciations.flat().find((phoneme) => !known.has(phoneme));
  if (wrong !== undefined) throw new Error(`${word}: '${wrong}' is not ARPAbet`);
}

const packed = packDictionary(entries);
const compressed = zlib.brotliCompressSync(packed, {
  params: {
    [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
    [zlib.constants.BROTLI_PARAM_LGWIN]: 24,
    [zlib.constants.BROTLI_PARAM_SIZE_HINT]: packed.length,
  },
});
fs.mkdirSync(path.dirname(OUTPUT), { recursive: true });
fs.writeFileSync(OUTPUT, compressed);
console.log(`${entries.length} words, ${packed.length} bytes packed, ${compressed.length} bytes compressed`);
