import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readWav } from '@gpt-talker/audio';
import { loudnessTools, tone, writeFiles } from '../../test/corpora';
import { prepare, writePreview } from '../index';
import { bars } from './bars';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'preview-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a turn of each dialogue, all in one file, and nothing of a corpus is taken for markup', async () => {
  for (const id of [0, 1, 2]) {
    for (const turn of [0, 1, 2]) {
      writeFiles(folder, {
        [`corpus/${id}/${turn}_${turn % 2}_d${id}.wav`]: tone(0.8 + turn / 2, { hertz: 200 + 50 * id }),
        [`corpus/${id}/${turn}_${turn % 2}_d${id}.txt`]: `Turn ${turn} & <b>more</b> "of" it.`,
      });
    }
  }
  writeFiles(folder, { 'corpus/0/<img src=x>.wav': tone(1) });
  const output = path.join(folder, 'out');
  const report = await prepare({
    corpus: path.join(folder, 'corpus'),
    format: 'dailytalk',
    output,
    speech: loudnessTools,
    preview: true,
  });
  const page = await readFile(path.join(output, 'preview.html'), 'utf8');
  expect(page.match(/<article>/g)).toHaveLength(3);
  expect(page).not.toMatch(/<b>|<img|https?:|src="(?!data:)/);
  expect(page).toContain('Turn 1 &#38; &#60;b&#62;more&#60;/b&#62;');
  expect(page).toContain('turn 2 of 3 · agent, speaker 1 · en · 1.30 s');
  expect(page).toContain('<span>T ER1 N</span>');
  expect(page).toContain('not named {turn}_{speaker}_d{dialogue}');
  const wav = readWav(Buffer.from(/data:audio\/wav;base64,([^"]+)/.exec(page)![1], 'base64'));
  expect([wav.samples.length, wav.sampleRate]).toEqual([1.3 * 16_000, 16_000]);
  const [, mels, frames, bytes] = /data-mels="(\d+)" data-frames="(\d+)" data-bytes="([^"]+)"/.exec(page)!;
  expect(Buffer.from(bytes, 'base64')).toHaveLength(Number(mels) * Number(frames));
  expect(Number(frames)).toBe(65);
  await writePreview(output, report, { mostDialogues: 2 });
  expect((await readFile(path.join(output, 'preview.html'), 'utf8')).match(/<article>/g)).toHaveLength(2);
});

test('histograms put what does not fit into their last bar', () => {
  const picture = bars(
    Array.from({ length: 100 }, (_, index) => ({ label: `${index}`, value: 1 })),
    { caption: 'a < b' },
  );
  expect(picture.match(/<rect/g)).toHaveLength(80);
  expect(picture).toContain('<title>79+: 21</title>');
  expect(picture).toContain('a &#60; b');
});
