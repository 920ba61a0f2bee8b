import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readWavFile, writeWavFile } from '@gpt-talker/audio';
import { runReadmeExample } from '../../../tools/jest/readme-example.cjs';
import { SAMPLES_PER_TOKEN, writeMadeUpVoice } from './made-up-voice';

test('speaking as in the README works on a folder that holds a voice', async () => {
  const before = process.cwd();
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'vits-readme-'));
  try {
    await writeMadeUpVoice(path.join(folder, 'voice'));
    const samples = Float32Array.from({ length: 800 }, (_, n) => 0.3 * Math.sin(n / 5));
    await writeWavFile(path.join(folder, 'reference.wav'), { samples, sampleRate: 1000 });
    process.chdir(folder);
    expect(await runReadmeExample(path.resolve(__dirname, '..'), require)).toEqual([
      `${8 * SAMPLES_PER_TOKEN} samples`,
    ]);
    expect((await readWavFile('speech.wav')).samples).toHaveLength(8 * SAMPLES_PER_TOKEN);
  } finally {
    process.chdir(before);
    await fs.rm(folder, { recursive: true });
  }
});

test('defining and exporting as in the README works', async () => {
  expect(await runReadmeExample(path.resolve(__dirname, '..'), require, { block: 2 })).toEqual(['true']);
});
