import path from 'node:path';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';

test('the example in the README works', async () => {
  expect(await runReadmeExample(path.resolve(__dirname, '..'), require)).toEqual([
    'voice.json: is of version 2, but this program reads version 1; update the older of the two',
  ]);
});
