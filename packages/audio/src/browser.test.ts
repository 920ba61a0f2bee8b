// The browser's entry must never come to need Node: its own imports are followed to the last file.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as browser from './browser';
import * as main from './index';

/** Every file that `file` imports, itself included, and what it imports of other packages. */
function imported(file: string, files = new Set<string>(), packages = new Set<string>()) {
  if (files.has(file)) return { files, packages };
  files.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)) {
    if (name.startsWith('.')) imported(path.join(path.dirname(file), `${name}.ts`), files, packages);
    else packages.add(name);
  }
  return { files, packages };
}

test('a page can load all of it', () => {
  const { files, packages } = imported(path.join(__dirname, 'browser.ts'));
  expect(files.size).toBeGreaterThan(10);
  // Neither of the two imports anything itself.
  expect([...packages].sort()).toEqual(['@gpt-talker/errors', 'fft.js']);
});

test('the main entry has all of it, and files as well', () => {
  expect(main).toMatchObject(browser);
  expect(Object.keys(main).sort()).toEqual(
    [
      ...Object.keys(browser),
      'decodeFile',
      'readWavFile',
      'resample',
      'resampleStream',
      'writeFileWhole',
      'writeWavFile',
    ].sort(),
  );
});
