// Runs the tables of cases and prints the pass rate of each category.
import fs from 'node:fs';
import path from 'node:path';
import { type Explanation, type TextLanguage, explain } from '../src/text';
import { parseReading } from '../src/text/markup';
import { spellSymbols } from '../src/text/chinese/syllables';

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
      if (why === undefined || why === '') throw new Error(`${file}: '${line}' has fewer than four columns`);
      return { category, text, expected };
    });
}

/** What is said, in the form of the 'expected' column: the normal form, or 'word → PHONEMES' for the words that it names. */
function saidInEnglish({ text, expected }: Case): string {
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

const WIDE: Readonly<Record<string, string>> = { '，': ',', '。': '.', '！': '!', '？': '?', '；': ',', '：': ',' };

/** Marks in half width, without the spaces around them. */
const plain = (text: string) =>
  text
    .replace(/[，。！？；：]/g, (mark) => WIDE[mark])
    .replace(/ *([,.!?…]) */g, '$1')
    .trim();

/** Pinyin where phonemes are a syllable, else the phonemes. */
function spell(phonemes: readonly string[]): string {
  if (phonemes.length === 2) return spellSymbols(phonemes[0], phonemes[1]) ?? phonemes.join(' ');
  return phonemes.join(' ');
}

/** The phonemes of the words that spell `name`, from where it first stands. */
function readingOf(name: string, { words, word2ph, phonemes }: Explanation): string {
  const wanted = name.toLowerCase().replace(/ /g, '');
  for (let from = 0; from < words.length; from++) {
    let spelled = '';
    for (let to = from; to < words.length && spelled.length < wanted.length; to++) {
      spelled += words[to].toLowerCase();
      if (spelled !== wanted) continue;
      const start = word2ph.slice(0, from).reduce((sum, count) => sum + count, 0);
      const parts = word2ph.slice(from, to + 1);
      let at = start;
      return parts.map((count) => spell(phonemes.slice(at, (at += count)))).join(' ');
    }
  }
  return '(not said)';
}

/** 'nv3' and 'nü3' are one spelling; '恩 → EE en1' stays. */
const canonical = (reading: string) => {
  const phonemes = parseReading(reading, '字');
  if (phonemes === undefined) return reading;
  const syllables: string[] = [];
  for (let at = 0; at < phonemes.length;) {
    const syllable = at + 1 < phonemes.length ? spellSymbols(phonemes[at], phonemes[at + 1]) : undefined;
    syllables.push(syllable ?? phonemes[at]);
    at += syllable === undefined ? 1 : 2;
  }
  return syllables.join(' ');
};

/** Whether the text is said as expected, and how it is said. */
function checkChinese({ category, text, expected }: Case, language: TextLanguage): { passed: boolean; got: string } {
  const explanation = explain(text, { language });
  if (expected.includes(' → ')) {
    const pairs = expected.split('; ').map((pair) => pair.split(' → '));
    const got = pairs.map(([name]) => [name, readingOf(name, explanation)]);
    return {
      passed: pairs.every(([, reading], index) => canonical(reading) === got[index][1]),
      got: got.map((pair) => pair.join(' → ')).join('; '),
    };
  }
  if (category === '音节')
    return { passed: explanation.phonemes.join(' ') === expected, got: explanation.phonemes.join(' ') };
  if (!/\p{Script=Han}/u.test(expected) && language === 'zh') {
    const said = explanation.pieces.flatMap((piece) => piece.words).filter((word) => word.kind !== 'mark');
    const got = said.map((word) => spell(word.phonemes)).join(' ');
    return { passed: got === canonical(expected), got };
  }
  const got = plain(explanation.normalized);
  // A full stop that ends the text may be left out of the table.
  return {
    passed: [got, got.replace(/[.,]$/, '')].some(
      (form) => form === plain(expected).replace(/\.$/, '') || form === plain(expected),
    ),
    got,
  };
}

function report(
  name: string,
  file: string,
  least: number,
  check: (one: Case) => { passed: boolean; got: string },
): void {
  const cases = readCases(file);
  expect(cases.length).toBeGreaterThanOrEqual(least);
  const tally = new Map<string, { passed: number; all: number }>();
  const misses: string[] = [];
  for (const one of cases) {
    const entry = tally.get(one.category) ?? { passed: 0, all: 0 };
    tally.set(one.category, entry);
    entry.all++;
    const { passed, got } = check(one);
    if (passed) entry.passed++;
    else misses.push(`${one.category}: ${one.text}\n  expected ${one.expected}\n  said     ${got}`);
  }
  const width = (text: string) => text.length + (text.match(/\p{Script=Han}/gu) ?? []).length;
  const row = (category: string, passed: number, all: number) =>
    `${category}${' '.repeat(Math.max(1, 26 - width(category)))}${String(passed).padStart(4)} of ${String(all).padStart(4)}  ${((100 * passed) / all).toFixed(0)} %`;
  const rows = [...tally].map(([category, { passed, all }]) => row(category, passed, all));
  process.stdout.write(
    `${name} readings by category\n${rows.join('\n')}\n${row('all', cases.length - misses.length, cases.length)}\n`,
  );
  expect(misses).toEqual([]);
}

test('English cases pass', () => {
  report('English', 'english.tsv', 400, (one) => {
    const got = saidInEnglish(one);
    return { passed: got === one.expected, got };
  });
});

test('Chinese cases pass', () => {
  report('Chinese', 'chinese.tsv', 400, (one) => checkChinese(one, 'zh'));
});

test('mixed cases pass', () => {
  report('Mixed', 'mixed.tsv', 60, (one) => checkChinese(one, 'auto'));
});

test('what people reported as wrong elsewhere is right here, to the phoneme', () => {
  const lines = fs
    .readFileSync(path.join(__dirname, 'cases/reported.tsv'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.length).toBeGreaterThanOrEqual(149);
  const misses = lines
    .map((line) => line.split('\t'))
    .map(([, language, text, wanted]) => [
      text,
      wanted,
      explain(text, { language: language as TextLanguage }).phonemes.join(' '),
    ])
    .filter(([, wanted, got]) => wanted !== got);
  expect(misses).toEqual([]);
});

test('known misses still miss; one that comes right belongs into the table of passing cases', () => {
  const english = readCases('english-known-misses.tsv');
  expect(english.filter((one) => saidInEnglish(one) === one.expected)).toEqual([]);
  const chinese = readCases('chinese-known-misses.tsv');
  expect(chinese.filter((one) => checkChinese(one, 'zh').passed)).toEqual([]);
  const readme = fs.readFileSync(path.join(__dirname, '../README.md'), 'utf8');
  expect(readme).toContain(`${english.length} known misses`);
  expect(readme).toContain(`${chinese.length} Chinese ones`);
});
