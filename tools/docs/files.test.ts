// Every source file that a guide names is there: docs/architecture.md is a map, and a map of streets that were renamed is none.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { guides, root } from './commands';

const files = execFileSync('git', ['ls-files', '*.ts', '*.cjs', '*.mjs'], { cwd: root, encoding: 'utf8' }).split('\n');
const SOURCE = /`([\w./-]+\.(?:ts|cjs|mjs))`/g;

/** A name stands for a file by its end: guides leave out the folder that they speak of. */
const exists = (name: string): boolean => {
  const end = name.replace(/^(?:\.\.?\/)+/, '');
  return files.some((file) => file === end || file.endsWith(`/${end}`));
};

test('the files that guides name are there', () => {
  const named = guides().flatMap((guide) =>
    readFileSync(path.join(root, guide), 'utf8')
      .split('\n')
      .flatMap((line, at) => [...line.matchAll(SOURCE)].map(([, name]) => ({ name, place: `${guide}:${at + 1}` }))),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter(({ name }) => !exists(name))).toEqual([]);
});
