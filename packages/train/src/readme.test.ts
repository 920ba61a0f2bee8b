import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';
import * as training from './index';
import * as exporting from './voice/export';

beforeAll(() => {
  tf.enableProdMode(); // no advice about other backends among the output
});

test('the example in the README works', async () => {
  const [line] = await runReadmeExample(path.resolve(__dirname, '..'), require);
  const [, slope, loss] = /^slope (\S+) loss (\S+)$/.exec(line)!;
  expect(Number(slope)).toBeCloseTo(2, 2);
  expect(Number(loss)).toBeLessThan(1e-3);
});

test('whatever is exported is explained there', () => {
  const text = readFileSync(path.resolve(__dirname, '../README.md'), 'utf8');
  const names = [...Object.keys(training), ...Object.keys(exporting)];
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
});
