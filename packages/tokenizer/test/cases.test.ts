// Runs the tables of cases and prints the pass rate of each category.
import fs from 'node:fs';
import path from 'node:path';
import { explain } from '../src/text';

interface Case {
  category: string;
  text: string;
  expected: string;
}

function readCases(file: string): Case[] {
  return fs
    .readFileSync(path.join(__dirname, 'cases', file), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [category, text, expected, why] = line.split('\t');
      if (why === undefined) throw new Error(`${file}: '${line}' has fewer than four columns`);
      return { category, text, expected };
    });
}

/** What is said, in the form of the 'expected' column: the normal form, or 'word → PHONEMES' for the words that it names. */
function said({ text, expected }: Case): string {
  const { normalized, pieces } = explain(text, { language: 'en' });
  if (!expected.includes(' → ')) return normalized;
  const words = pieces.flatMap((piece) => piece.words);
  return expected
    .split('; ')
    .map((reading) => {
      const [name] = reading.split(' → ');
      return `${name} → ${words.find((word) => word.text.toLowerCase() === name)?.phonemes.join(' ') ?? '(not said)'}`;
    })
    .join('; ');
}

test('English cases pass', () => {
  const cases = readCases('english.tsv');
  expect(cases.length).toBeGreaterThanOrEqual(400);
  const tally = new Map<string, { passed: number; all: number }>();
  const misses: string[] = [];
  for (const one of cases) {
    const entry = tally.get(one.category) ?? { passed: 0, all: 0 };
    tally.set(one.category, entry);
    entry.all++;
    const got = said(one);
    if (got === one.expected) entry.passed++;
    else misses.push(`${one.category}: ${one.text}\n  expected ${one.expected}\n  said     ${got}`);
  }
  const rows = [...tally].map(
    ([category, { passed, all }]) =>
      `${category.padEnd(16)} ${String(passed).padStart(4)} of ${String(all).padStart(4)}  ${((100 * passed) / all).toFixed(0)} %`,
  );
  process.stdout.write(
    `English readings by category\n${rows.join('\n')}\n${'all'.padEnd(16)} ${String(cases.length - misses.length).padStart(4)} of ${String(cases.length).padStart(4)}\n`,
  );
  expect(misses).toEqual([]);
});

test('known misses still miss; one that comes right belongs in english.tsv', () => {
  const misses = readCases('english-known-misses.tsv');
  expect(misses.filter((one) => said(one) === one.expected)).toEqual([]);
  const readme = fs.readFileSync(path.join(__dirname, '../README.md'), 'utf8');
  expect(readme).toContain(`${misses.length} known misses`);
});
