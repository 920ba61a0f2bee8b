import * as tf from '@tensorflow/tfjs-core';
import * as path from 'node:path';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';

tf.enableProdMode(); // no notice about tfjs-node

test('the example in the README works', async () => {
  expect(await runReadmeExample(path.resolve(__dirname, '..'), require)).toEqual([
    'enc.conv.0.weight_v enc.conv.0.weight_g enc.conv.0.bias',
    '1,4,50',
  ]);
});
