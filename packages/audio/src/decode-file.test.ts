import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testWith } from '../test/programs';
import { int16, join, wavBytes } from '../test/wav-bytes';
import { decodeFile } from './decode-file';
import { AudioFileError } from './errors';
import { writeWav } from './wav-writer';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gpt-talker-decode-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const tone = { samples: Float32Array.from({ length: 8000 }, (_, i) => 0.5 * Math.sin(i / 10)), sampleRate: 16000 };

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AudioFileError);
  expect((error as Error).message).not.toContain('\n');
  return (error as AudioFileError).code;
}

function save(name: string, bytes: Uint8Array | string): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

test('wav is read without ffmpeg, whatever it is called', async () => {
  const file = save('speech.flac', writeWav(tone));
  expect((await decodeFile(file, { ffmpeg: 'no-such-program' })).samples).toHaveLength(8000);
});

test('another format without ffmpeg is an error that names the remedy', async () => {
  const file = save('speech.mp3', 'ID3 something that is not wav');
  await expect(decodeFile(file, { ffmpeg: 'no-such-program' })).rejects.toThrow(
    `${file}: not a PCM wav file, and no-such-program cannot be run to decode it; install ffmpeg or convert the file to wav`,
  );
});

test('a missing file and an empty one are told apart', async () => {
  expect(await codeOf(decodeFile(path.join(folder, 'absent.mp3')))).toBe('not-found');
  expect(await codeOf(decodeFile(save('empty.mp3', '')))).toBe('empty');
});

test('a broken wav file is refused as such, not handed to ffmpeg', async () => {
  expect(
    await codeOf(decodeFile(save('short.wav', writeWav(tone).subarray(0, 400)), { ffmpeg: 'no-such-program' })),
  ).toBe('truncated');
});

test('a named pipe is refused, not waited for', async () => {
  const pipe = path.join(folder, 'pipe.wav');
  execFileSync('mkfifo', [pipe]);
  expect(await codeOf(decodeFile(pipe))).toBe('unreadable');
  expect(await codeOf(decodeFile(folder))).toBe('unreadable');
});

const withFfmpeg = testWith('ffmpeg');

/** The same chunks in another order. */
function soundFirst(bytes: Uint8Array, formatBytes = 24): Uint8Array {
  return join(bytes.subarray(0, 12), bytes.subarray(12 + formatBytes), bytes.subarray(12, 12 + formatBytes));
}

const ODD: [string, Uint8Array][] = [
  ['sound before its format', soundFirst(wavBytes({ data: int16(...Array.from({ length: 800 }, (_, i) => i)) }))],
  ['frames that do not fit their samples', wavBytes({ blockAlign: 1, data: new Uint8Array(1600).fill(7) })],
];
test.each(ODD)('%s: without ffmpeg, what is wrong is said', async (_name, bytes) => {
  expect(await codeOf(decodeFile(save('odd.wav', bytes), { ffmpeg: 'no-such-program' }))).toBe('malformed');
});
describe('what is no proper wav is read by ffmpeg, with a warning:', () => {
  for (const [name, bytes] of ODD)
    withFfmpeg(name, async () => {
      const warnings: string[] = [];
      const file = save('odd.wav', bytes);
      expect((await decodeFile(file, { warn: (line) => warnings.push(line) })).samples).toHaveLength(800);
      expect(warnings).toEqual([expect.stringContaining('; ffmpeg reads it')]);
    });
});
withFfmpeg('what ffmpeg cannot read either is refused for what was found here', async () => {
  expect(await codeOf(decodeFile(save('no-format.wav', wavBytes().subarray(0, 12))))).toBe('malformed');
});

withFfmpeg('flac, decoded by ffmpeg, gives the samples that were encoded', async () => {
  const wav = save('speech.wav', writeWav(tone));
  const flac = path.join(folder, '-speech.flac');
  execFileSync('ffmpeg', ['-v', 'error', '-i', wav, `file:${flac}`]);
  const { samples, sampleRate } = await decodeFile(flac);
  expect(sampleRate).toBe(16000);
  expect(samples).toHaveLength(8000);
  expect(Math.max(...samples.map((value, i) => Math.abs(value - tone.samples[i])))).toBeLessThan(1 / 32768);
});

withFfmpeg('A-law wav goes through ffmpeg', async () => {
  const file = save(
    'telephone.wav',
    wavBytes({ tag: 6, bits: 8, sampleRate: 8000, data: new Uint8Array(800).fill(0x55) }),
  );
  expect((await decodeFile(file)).samples).toHaveLength(800);
});

withFfmpeg('what ffmpeg cannot decode is one line that names the file', async () => {
  expect(await codeOf(decodeFile(save('noise.mp3', 'this is text, not sound')))).toBe('decoder-failed');
});

withFfmpeg('decoding can be cancelled', async () => {
  expect(await codeOf(decodeFile(save('noise.mp3', 'text'), { signal: AbortSignal.abort() }))).toBe('cancelled');
});
