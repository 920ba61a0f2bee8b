// Loading and reading times in processor time, so that a busy machine does not fail them; and the size of what is shipped.
import fs from 'node:fs';
import path from 'node:path';
import { DATA_FOLDER } from '../../data-folder';
import { phonemize } from '../phonemize';

/** Milliseconds of processor time that `work` takes. */
function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('dictionary and model load in under 400 ms', () => {
  expect(processorTime(() => phonemize('Hello, snorble.'))).toBeLessThan(400);
});

test('a megabyte is read in under 5 s (measured on a quarter)', () => {
  const cases = fs
    .readFileSync(path.join(__dirname, '../../../test/cases/english.tsv'), 'utf8')
    .split('\n')
    .map((line) => line.split('\t')[1]);
  const sentences = cases.filter((text) => text !== undefined).join(' ');
  const text = sentences.repeat(Math.ceil(250_000 / sentences.length)).slice(0, 250_000);
  const milliseconds = processorTime(() => phonemize(text)) * 4;
  process.stdout.write(`English: 1 MB in ${(milliseconds / 1000).toFixed(1)} s\n`);
  expect(milliseconds).toBeLessThan(5000);
});

test('dictionary and model take at most 3 MB', () => {
  const sizes = fs
    .readdirSync(DATA_FOLDER)
    .filter((name) => name.startsWith('english'))
    .map((name) => fs.statSync(path.join(DATA_FOLDER, name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(3_000_000);
});
