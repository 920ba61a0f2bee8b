import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readWavFile } from '@gpt-talker/audio';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';

test('speaking as in the README works', async () => {
  const before = process.cwd();
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'vits-readme-'));
  try {
    process.chdir(folder);
    // 8 tokens of 40 ms at 16 kHz.
    expect(await runReadmeExample(path.resolve(__dirname, '..'), require)).toEqual(['5120 samples']);
    const { samples } = await readWavFile('speech.wav');
    expect(samples).toHaveLength(5120);
    expect(Math.max(...samples)).toBeGreaterThan(0.01);
  } finally {
    process.chdir(before);
    await fs.rm(folder, { recursive: true });
  }
});

test('defining and exporting as in the README works', async () => {
  expect(await runReadmeExample(path.resolve(__dirname, '..'), require, { block: 2 })).toEqual(['true']);
});
