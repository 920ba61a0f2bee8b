// Which onnxruntime is loaded, and what is said where there is none: the package alone in a folder, beside packages that only say who they are.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const source = path.resolve(__dirname, '..');
const here = `@gpt-talker/onnxruntime-${process.platform}-${process.arch}`;

let modules: string;
beforeEach(() => {
  modules = path.join(mkdtempSync(path.join(tmpdir(), 'onnxruntime-')), 'node_modules');
  const own = path.join(modules, '@gpt-talker/onnxruntime');
  for (const file of ['index.cjs', 'threads.cjs', 'package.json'])
    cpSync(path.join(source, file), path.join(own, file));
});
afterEach(() => rmSync(path.dirname(modules), { recursive: true }));

/** Installs a package whose session class is its own name. */
function install(name: string, { version = '1.30.0', code = `exports.InferenceSession = '${name}';` } = {}): void {
  const folder = path.join(modules, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version, main: 'index.js' }));
  writeFileSync(path.join(folder, 'index.js'), code);
}

/** What a program gets: the name of what was loaded, or code and message of the error. */
function load(): { loaded?: string; code?: string; message?: string } {
  const program = `
    let seen;
    try { seen = { loaded: require('@gpt-talker/onnxruntime').InferenceSession }; }
    catch ({ code, message }) { seen = { code, message }; }
    console.log(JSON.stringify(seen));`;
  const options = { cwd: path.dirname(modules), encoding: 'utf8', env: { PATH: process.env.PATH } } as const;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], options);
  expect(stderr).toBe('');
  return JSON.parse(stdout) as ReturnType<typeof load>;
}

test('without any, it says what to do', () => {
  expect(load()).toEqual({
    code: 'ONNXRUNTIME_MISSING',
    message: `no onnxruntime 1.30 for ${process.platform}-${process.arch}; run npm install again without --omit=optional, or npm install onnxruntime-web@1.30.0`,
  });
});

test("the platform's package is loaded, and WebAssembly only where there is none", () => {
  install('onnxruntime-web');
  expect(load()).toEqual({ loaded: 'onnxruntime-web' });
  install(here);
  expect(load()).toEqual({ loaded: here });
});

test('onnxruntime-node of the same minor version is preferred, one of another is not loaded', () => {
  install(here);
  install('onnxruntime-node', { version: '1.30.7' });
  expect(load()).toEqual({ loaded: 'onnxruntime-node' });
  install('onnxruntime-node', { version: '1.3.0', code: 'process.exit(1);' });
  expect(load()).toEqual({ loaded: here });
});

test('a library that does not load is named, with the remedy', () => {
  install(here, { code: "throw new Error('GLIBC_2.99 not found\\nand more');" });
  expect(load()).toEqual({
    code: 'ONNXRUNTIME_BROKEN',
    message: `${here} does not load here (GLIBC_2.99 not found); run npm install again on this machine`,
  });
});
