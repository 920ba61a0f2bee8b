// Speaking must not load TensorFlow.js: a program that only encodes texts and speech would pay for it in start-up time and memory.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Files that a fresh process has loaded after requiring an entry of this package from source. */
function loadedBy(entry: string): string[] {
  const script = `require(${JSON.stringify(path.join(__dirname, '../src', entry))}); process.stdout.write(JSON.stringify(Object.keys(require.cache)))`;
  const output = execFileSync(process.execPath, ['--require', require.resolve('tsx/cjs'), '--eval', script], {
    cwd: path.join(__dirname, '..'),
    encoding: 'utf8',
  });
  return JSON.parse(output) as string[];
}

const isTensorFlow = (file: string) => /[\\/]@tensorflow[\\/]/.test(file);

test('the package itself loads no TensorFlow.js, its model entries do', () => {
  const runtime = loadedBy('index.ts');
  expect(runtime.some((file) => file.endsWith(path.join('hubert', 'encoder.ts')))).toBe(true);
  expect(runtime.filter(isTensorFlow)).toEqual([]);
  expect(loadedBy('bert/index.ts').some(isTensorFlow)).toBe(true);
  expect(loadedBy('hubert/index.ts').some(isTensorFlow)).toBe(true);
  expect(loadedBy('speaker/index.ts').some(isTensorFlow)).toBe(true);
});
