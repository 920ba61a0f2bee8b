// The built packages, ESM and CommonJS, as others would load them: in a fresh process, silently, and without TensorFlow.js where
// only speaking is asked for. (After transformers.js' tests/bundles.test.js.)
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { runNode } from './run-program';

const root = path.resolve(__dirname, '../../..');

interface Manifest {
  name: string;
  exports: Record<string, unknown>;
}

/** Every entry of every package that exports code, such as '@gpt-talker/gpt/model'. */
const entries = readdirSync(path.join(root, 'packages'))
  .map((folder) => JSON.parse(readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8')) as Manifest)
  .flatMap(({ name, exports }) => Object.keys(exports).map((key) => ({ key, entry: path.posix.join(name, key) })))
  .filter(({ key }) => !key.endsWith('.json'))
  .map(({ entry }) => entry);

/** What trains or defines models; the rest speaks with exported graphs alone. */
const NEEDS_TENSORFLOW = [
  '@gpt-talker/nn',
  '@gpt-talker/tfjs-onnx',
  '@gpt-talker/gpt/model',
  '@gpt-talker/vits/model',
  '@gpt-talker/tokenizer/bert',
  '@gpt-talker/tokenizer/hubert',
  '@gpt-talker/tokenizer/speaker',
  '@gpt-talker/train',
  '@gpt-talker/train/export',
];

/** Prints the names that a module exports, and whether TensorFlow.js came along; tfjs-core is CommonJS in Node, so it is in the cache. */
const report = `
  const loaded = Object.keys(require('node:module')._cache).some((file) => file.includes('@tensorflow'));
  console.log(JSON.stringify({ names: Object.keys(entry), tensorflow: loaded }));`;
const programs = {
  ESM: (entry: string) => [
    '--input-type=module',
    '-e',
    `import { createRequire } from 'node:module'; import * as entry from '${entry}'; const require = createRequire('/'); ${report}`,
  ],
  CommonJS: (entry: string) => ['--input-type=commonjs', '-e', `const entry = require('${entry}'); ${report}`],
};

test('every package is here', () => {
  expect(entries.length).toBeGreaterThan(11);
  for (const entry of ['@gpt-talker/runtime', '@gpt-talker/gpt', '@gpt-talker/vits/model', '@gpt-talker/checkpoint'])
    expect(entries).toContain(entry);
  for (const entry of NEEDS_TENSORFLOW) expect(entries).toContain(entry);
});

describe.each(Object.keys(programs) as (keyof typeof programs)[])('%s', (format) => {
  test.each(entries)('%s', async (entry) => {
    const { code, stdout, stderr } = await runNode(programs[format](entry), { cwd: path.join(root, 'apps/serve') });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { names, tensorflow } = JSON.parse(stdout) as { names: string[]; tensorflow: boolean };
    expect(names.length).toBeGreaterThan(0);
    expect(tensorflow).toBe(NEEDS_TENSORFLOW.includes(entry));
  });
});

test('bundles hold no machine’s paths', () => {
  for (const folder of readdirSync(path.join(root, 'packages'))) {
    const bundle = path.join(root, 'packages', folder, 'dist/index.js');
    if (existsSync(bundle)) expect(readFileSync(bundle, 'utf8')).not.toContain(root);
  }
});
