import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { writeWavFile } from '@gpt-talker/audio';
import { runReadmeExample } from '../../../../tools/jest/readme-example.cjs';

test('the example of the README works on a folder with a HuBERT and a recording', async () => {
  tf.enableProdMode();
  const before = process.cwd();
  const folder = await mkdtemp(path.join(tmpdir(), 'tokenizer-models-readme-'));
  try {
    const fixture = path.resolve(__dirname, '../../test/fixtures/hubert-small');
    await cp(fixture, path.join(folder, 'chinese-hubert-base'), { recursive: true });
    const samples = Float32Array.from({ length: 32_000 }, (_, n) => 0.3 * Math.sin(n / 20));
    await writeWavFile(path.join(folder, 'speech.wav'), { samples, sampleRate: 32_000 });
    process.chdir(folder);
    expect(await runReadmeExample(path.resolve(__dirname, '../..'), require, { block: 3 })).toEqual([
      '49 frames of 32',
    ]);
  } finally {
    process.chdir(before);
    await rm(folder, { recursive: true });
  }
});
