import path from 'node:path';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';

test('the example in the README works', async () => {
  expect(await runReadmeExample(path.resolve(__dirname, '..'), require)).toEqual(['1 2 3 4']);
});
