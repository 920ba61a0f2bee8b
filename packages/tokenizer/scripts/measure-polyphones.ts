// How well a small model reads polyphones in sentences: naive Bayes over a character and its neighbours, trained on the words of
// @pinyin-pro/data (the only corpus with readings that can be had from a registry), against this package's rules:
// `npm run measure-polyphones`. docs/decisions/0018-polyphones.md says what came of it.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { explain as explainType } from '../src/text';
import { parseSyllable, spellSymbols } from '../src/text/chinese/syllables';

// The build, as users have it; not there before the first one, so not a path that types are looked up by.
const BUILD: string = '../dist/index.js';
const { explain } = (await import(BUILD)) as { explain: typeof explainType };
const require = createRequire(import.meta.url);
const words = require('@pinyin-pro/data/complete.json') as Record<string, [reading: string, frequency: number]>;

/** Features of the character at `at`: its neighbours, alone and in pairs. */
function features(characters: readonly string[], at: number): string[] {
  const near = (offset: number) => characters[at + offset] ?? '^';
  return [
    `-1${near(-1)}`,
    `+1${near(1)}`,
    `-2${near(-2)}`,
    `+2${near(2)}`,
    `-${near(-2)}${near(-1)}`,
    `+${near(1)}${near(2)}`,
    `=${near(-1)}${near(1)}`,
  ];
}

/** Per character: reading → how often, and with which features. */
const counts = new Map<string, Map<string, { all: number; with: Map<string, number> }>>();
for (const [word, [reading]] of Object.entries(words)) {
  const characters = [...word];
  const syllables = reading.split(' ').map((text) => parseSyllable(text, 'marked'));
  if (syllables.length !== characters.length) continue;
  characters.forEach((character, at) => {
    const syllable = syllables[at];
    if (syllable === undefined) return;
    const key = `${syllable.base}${syllable.tone}`;
    const readings = counts.get(character) ?? counts.set(character, new Map()).get(character);
    const entry = readings?.get(key) ?? { all: 0, with: new Map<string, number>() };
    readings?.set(key, entry);
    entry.all++;
    for (const feature of features(characters, at)) entry.with.set(feature, (entry.with.get(feature) ?? 0) + 1);
  });
}

function guess(characters: readonly string[], at: number): string | undefined {
  let best: { reading: string; score: number } | undefined;
  for (const [reading, { all, with: seen }] of counts.get(characters[at]) ?? []) {
    let score = Math.log(all);
    for (const feature of features(characters, at)) score += Math.log(((seen.get(feature) ?? 0) + 0.1) / (all + 1));
    if (best === undefined || score > best.score) best = { reading, score };
  }
  return best?.reading;
}

// Cases that name one polyphone of a sentence: '扎 → za1'.
const table = path.join(path.dirname(fileURLToPath(import.meta.url)), '../test/cases/chinese.tsv');
const tally = { sentences: 0, model: 0, rules: 0 };
for (const line of fs.readFileSync(table, 'utf8').split('\n')) {
  const [, text, expected] = line.split('\t');
  const [, character, reading] = /^(\p{Script=Han}) → ([a-z]+[1-5])$/u.exec(expected ?? '') ?? [];
  if (character === undefined || (counts.get(character)?.size ?? 0) < 2) continue;
  const characters = [...text];
  const at = characters.indexOf(character);
  const { words: said, word2ph, phonemes } = explain(text, { language: 'zh' });
  const index = said.indexOf(character);
  const start = word2ph.slice(0, index).reduce((sum, count) => sum + count, 0);
  tally.sentences++;
  if (guess(characters, at) === reading) tally.model++;
  if (spellSymbols(phonemes[start], phonemes[start + 1]) === reading) tally.rules++;
}
console.log(
  `${tally.sentences} sentences: model ${tally.model} right (${((100 * tally.model) / tally.sentences).toFixed(0)} %), rules ${tally.rules} (${((100 * tally.rules) / tally.sentences).toFixed(0)} %)`,
);
