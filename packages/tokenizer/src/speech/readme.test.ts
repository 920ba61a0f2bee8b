import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeWavFile } from '@gpt-talker/audio';
import { runReadmeExample } from '../../../../tools/jest/readme-example.cjs';
import { SpectralEncoder } from './spectral-encoder';
import { HIGH_SPEAKER, LOW_SPEAKER, madeUpSpeech } from './testing/spoken';

jest.setTimeout(180_000);

test('the example of the README works on a folder with a codebook and a recording', async () => {
  const before = process.cwd();
  const folder = await mkdtemp(path.join(tmpdir(), 'gpt-talker-tokenizer-readme-'));
  try {
    const corpus = [madeUpSpeech([0, 1, 2], LOW_SPEAKER), madeUpSpeech([2, 1, 0], HIGH_SPEAKER)];
    const encoder = await SpectralEncoder.fit(corpus, { codes: 8 });
    await writeFile(path.join(folder, 'codebook.safetensors'), encoder.toBytes());
    await writeWavFile(path.join(folder, 'speech.wav'), corpus[0]);
    process.chdir(folder);
    expect(await runReadmeExample(path.resolve(__dirname, '../..'), require, { block: 2 })).toEqual(['22 8']);
  } finally {
    process.chdir(before);
    await rm(folder, { recursive: true });
  }
});
