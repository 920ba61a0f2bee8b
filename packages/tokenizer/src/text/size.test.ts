// What is shipped stays small; loading and reading times are measured by `npm run bench`.
import fs from 'node:fs';
import path from 'node:path';
import { DATA_FOLDER } from '../data-folder';

test('dictionaries and models of both languages take at most 3 MB', () => {
  const sizes = fs
    .readdirSync(DATA_FOLDER)
    .filter((name) => name.endsWith('.br'))
    .map((name) => fs.statSync(path.join(DATA_FOLDER, name)).size);
  expect(sizes.length).toBeGreaterThanOrEqual(4);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(3_000_000);
});
