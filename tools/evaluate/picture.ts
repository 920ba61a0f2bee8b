// Writes a picture of one or more wav files, one under the other: npm run picture -- --out picture.png a.wav [b.wav].
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { AudioFileError, readWavFile } from '@gpt-talker/audio';
import { drawPanels } from './panel';
import { encodePng } from './png';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { out: { type: 'string' } }, allowPositionals: true });
  if (positionals.length === 0) {
    console.error('picture: name at least one wav file, as in: picture.ts --out picture.png a.wav b.wav');
    process.exitCode = 2;
    return;
  }
  const out = values.out ?? 'picture.png';
  await writeFile(out, encodePng(drawPanels(await Promise.all(positionals.map((file) => readWavFile(file))))));
  console.log(out);
}

main().catch((error: unknown) => {
  console.error(error instanceof AudioFileError ? error.message : error);
  process.exitCode = error instanceof AudioFileError ? 2 : 1;
});
