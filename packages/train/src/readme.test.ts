import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';

beforeAll(() => {
  tf.enableProdMode(); // no advice about other backends among the output
});

test('the example in the README works', async () => {
  const [line] = await runReadmeExample(path.resolve(__dirname, '..'), require);
  const [, slope, loss] = /^slope (\S+) loss (\S+)$/.exec(line)!;
  expect(Number(slope)).toBeCloseTo(2, 2);
  expect(Number(loss)).toBeLessThan(1e-3);
});
