import path from 'node:path';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';

test('the example in the README works', async () => {
  const lines = await runReadmeExample(path.resolve(__dirname, '..'), require);
  expect(lines).toEqual(['audio/wav RIFF', '1 turns were read']);
});
