import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AudioError, AudioFileError } from './errors';
import { readWavFile, writeFileWhole, writeWavFile } from './wav-files';
import { writeWav } from './wav-writer';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gpt-talker-audio-'));
});
afterEach(() => {
  chmodSync(folder, 0o755);
  rmSync(folder, { recursive: true });
});

const audio = { samples: Float32Array.from([0.5, -0.5, 0.25]), sampleRate: 16000 };

async function failure(promise: Promise<unknown>): Promise<AudioFileError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AudioFileError);
  return error as AudioFileError;
}

test('a file is written and read back, and nothing else is left in the folder', async () => {
  const file = path.join(folder, 'speech.wav');
  await writeWavFile(file, audio);
  expect(await readWavFile(file)).toEqual(audio);
  expect(readdirSync(folder)).toEqual(['speech.wav']);
});

test('a file that exists is replaced only by a whole one', async () => {
  const file = path.join(folder, 'speech.wav');
  await writeWavFile(file, audio);
  const before = readFileSync(file);
  const broken = { samples: Float32Array.from([0.5, NaN]), sampleRate: 16000 };
  await expect(writeWavFile(file, broken)).rejects.toThrow(AudioError);
  await expect(writeWavFile(file, broken)).rejects.toThrow(`${file}: sample 1 is NaN`);
  expect(readFileSync(file)).toEqual(before);
  expect(readdirSync(folder)).toEqual(['speech.wav']);
});

test('a missing folder is said, with the file and the remedy', async () => {
  const file = path.join(folder, 'nowhere', 'speech.wav');
  const error = await failure(writeWavFile(file, audio));
  expect(error.code).toBe('unwritable');
  expect(error.message).toBe(`${file}: cannot be written (ENOENT); check the folder and its free space`);
});

test('a folder in the way leaves no temporary file behind', async () => {
  expect((await failure(writeWavFile(path.join(folder, '.'), audio))).code).toBe('unwritable');
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ['a missing file', 'absent.wav', 'not-found'],
  ['a folder', '.', 'unreadable'],
  ['a path through a file', 'file.wav/inner.wav', 'not-found'],
  ['a link in a circle', 'circle.wav', 'unreadable'],
])('reading %s is an AudioFileError', async (_name, name, code) => {
  writeFileSync(path.join(folder, 'file.wav'), writeWav(audio));
  symlinkSync('circle.wav', path.join(folder, 'circle.wav'));
  const error = await failure(readWavFile(path.join(folder, name)));
  expect(error.code).toBe(code);
  expect(error.message.startsWith(folder)).toBe(true);
});

test('a file that comes in pieces is written whole or not at all, and says of its own what went wrong elsewhere', async () => {
  const file = path.join(folder, 'pieces.bin');
  await writeFileWhole(file, [Uint8Array.of(1, 2), Uint8Array.of(3)]);
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(9);
    throw Object.assign(new Error('no encoder'), { code: 'format_unavailable' });
  }
  await expect(writeFileWhole(file, broken())).rejects.toThrow('no encoder');
  expect([...readFileSync(file)]).toEqual([1, 2, 3]);
  expect(readdirSync(folder)).toEqual(['pieces.bin']);
});
