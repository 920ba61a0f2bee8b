import path from 'node:path';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';

test('the example in the README works', async () => {
  expect(await runReadmeExample(path.resolve(__dirname, '..'), require)).toEqual(['8 8 9 0 0 0 25 5 19']);
});
