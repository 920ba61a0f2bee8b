// Runs the README's TypeScript examples about text: what they print must be what their comments say.
import fs from 'node:fs';
import path from 'node:path';
import { transformSync } from '@swc/core';
import * as text from '../src/text';

test('the README prints what it says', () => {
  const readme = fs.readFileSync(path.join(__dirname, '../README.md'), 'utf8');
  const section = readme.slice(readme.indexOf('<!-- text -->'), readme.indexOf('<!-- /text -->'));
  const [, example] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
  const { code } = transformSync(example, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'commonjs' },
  });
  const printed: string[] = [];
  new Function('require', 'exports', 'console', code)(
    () => text,
    {},
    { log: (line: unknown) => printed.push(String(line)) },
  );
  const promised = example
    .split('\n')
    .filter((line) => /^\/\/ |console\.log.*; \/\/ /.test(line))
    .map((line) => line.replace(/^.*?\/\/ /, ''));
  expect(printed).toEqual(promised);
});
