// Runs the README's example as it stands there.
import { readFileSync } from 'node:fs';
import path from 'node:path';

import * as tf from '@tensorflow/tfjs-core';
import * as ort from '@gpt-talker/onnxruntime';

import { readmeExample } from '../../../tools/jest/readme-example.cjs';
import { supportIn, supportTable, tfjsKernels } from '../scripts/support-table';
import * as library from '../src/index';
import { KERNELS } from '../src/kernels/index';
import './support';

interface Results {
  state: { w: { data: Float32Array } };
  bytes: Uint8Array;
}

const readme = readFileSync(path.join(__dirname, '..', 'README.md'), 'utf8');

test('the example trains, and exports what it trained', async () => {
  tf.enableProdMode();
  const modules: Record<string, object> = {
    '@tensorflow/tfjs-core': tf,
    '@tensorflow/tfjs-backend-cpu': {},
    '@gpt-talker/tfjs-onnx': library,
  };
  const example = readmeExample(path.join(__dirname, '..'));
  const said: unknown[][] = [];
  const AsyncFunction = (async () => {}).constructor as new (
    ...code: string[]
  ) => (require: (name: string) => object, exports: object, console: object) => Promise<Results>;
  const run = new AsyncFunction('require', 'exports', 'console', `${example}\nreturn { state, bytes };`);
  const { state, bytes } = await run((name) => modules[name], {}, { log: (...what: unknown[]) => said.push(what) });
  expect(said).toEqual([['loss', expect.closeTo(0.034, 3)]]);
  // The answers follow the first number and ignore the second.
  expect(state.w.data[0]).toBeGreaterThan(2);
  const session = await ort.InferenceSession.create(bytes);
  const { y } = await session.run({ x: new ort.Tensor('float32', Float32Array.of(1, 0, 0, 1), [2, 2]) });
  const [yes, no] = y.data as Float32Array;
  expect(yes).toBeGreaterThan(0.8);
  expect(no).toBeLessThan(0.35);
});

test('the table of kernels is what the code says (npm run support writes it)', () => {
  const plain = (text: string): string => text.replace(/[ -]+/g, ' ');
  expect(plain(supportIn(readme))).toBe(plain(supportTable()));
  expect(tfjsKernels().filter((name) => name in KERNELS).length).toBeGreaterThanOrEqual(160);
});
