// Measures the built text half, in a fresh process and in processor time: loading, and reading a megabyte of the tables of cases.
// `npm run bench -w @gpt-talker/tokenizer`
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = path.dirname(fileURLToPath(import.meta.url));
const MEGABYTE = 1_000_000;

/** Milliseconds of processor time since the process began. */
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Texts of a table, as UTF-8 of `bytes` in all. */
function textOf(tables, bytes) {
  const lines = tables.flatMap((table) =>
    fs
      .readFileSync(path.join(FOLDER, '../test/cases', table), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split('\t')[1]),
  );
  const parts = [];
  let size = 0;
  for (let at = 0; size < bytes; at = (at + 7) % lines.length) {
    parts.push(lines[at]);
    size += Buffer.byteLength(lines[at]) + 1;
  }
  return parts.join('\n');
}

const began = now();
const { phonemize } = await import('../dist/index.js');
const imported = now();
phonemize('Hello, world.');
const english = now();
phonemize('你好，世界。');
const chinese = now();
phonemize('A snorble.');
const guessed = now();
const milliseconds = (from, to) => `${Math.round(to - from)} ms`;
console.log(`import ${milliseconds(began, imported)}`);
console.log(
  `loading English ${milliseconds(imported, english)}, Chinese ${milliseconds(english, chinese)} more; ` +
    `the model for unknown words, at the first of them, ${milliseconds(chinese, guessed)}`,
);
console.log(`import and both ${milliseconds(began, chinese)}`);

for (const [name, tables] of [
  ['English', ['english.tsv']],
  ['Chinese', ['chinese.tsv']],
  ['mixed', ['chinese.tsv', 'mixed.tsv', 'english.tsv']],
]) {
  const text = textOf(tables, MEGABYTE);
  const start = now();
  const { phonemes } = phonemize(text);
  console.log(`1 MB of ${name} text: ${((now() - start) / 1000).toFixed(2)} s, ${phonemes.length} phonemes`);
}
