// Wav files on disk. A file is written beside its place and moved there when it is whole, so that nobody ever reads half of one.
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type Audio } from './audio';
import { AudioError, AudioFileError } from './errors';
import { markSynthetic } from './synthetic-mark';
import { readWav, type ReadWavOptions } from './wav-reader';
import { writeWav, type WriteWavOptions } from './wav-writer';

/**
 * Reads a wav file, mixed to one channel (see `readWav`).
 *
 * @throws AudioFileError naming the file
 */
export async function readWavFile(file: string, { warn }: Pick<ReadWavOptions, 'warn'> = {}): Promise<Audio> {
  return readWav(await readBytes(file), { name: file, warn });
}

/** Reads a whole file; what the system reports becomes an AudioFileError that names it. */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(file);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    throw readingError(file, error as NodeJS.ErrnoException);
  }
}

/**
 * Writes `audio` as a wav file, whole or not at all: an interrupted write leaves what was there before.
 *
 * @throws AudioFileError (`unwritable`) when the folder is missing, read-only or full; AudioError as `writeWav`
 */
export async function writeWavFile(file: string, audio: Audio, options?: WriteWavOptions): Promise<void> {
  await writeFileWhole(file, [encodeFor(file, audio, options)]);
}

/**
 * Writes a file piece by piece, whole or not at all, as `writeWavFile` does.
 *
 * @throws AudioFileError (`unwritable`); what `pieces` throws
 */
export async function writeFileWhole(
  file: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${randomUUID()}.tmp`);
  const done = <Result>(work: Promise<Result>): Promise<Result> =>
    work.catch((error: unknown) => {
      throw writingError(file, error);
    });
  try {
    const handle = await done(open(temporary, 'wx'));
    try {
      for await (const piece of pieces) await done(handle.writeFile(piece));
      await done(handle.sync());
    } finally {
      await done(handle.close());
    }
    await done(rename(temporary, file));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

function writingError(file: string, cause: unknown): AudioFileError {
  const message = `${file}: cannot be written (${reason(cause)}); check the folder and its free space`;
  return new AudioFileError('unwritable', message, { cause });
}

/** Turns what the system says about reading `file` into an AudioFileError. */
export function readingError(file: string, error: NodeJS.ErrnoException): AudioFileError {
  const because = (code: 'not-found' | 'too-large' | 'unreadable', text: string) =>
    new AudioFileError(code, `${file}: ${text}`, { cause: error });
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return because('not-found', 'no such file; check the path');
    case 'ERR_FS_FILE_TOO_LARGE':
    case 'ERR_OUT_OF_RANGE':
      return because(
        'too-large',
        'too large to read at once; cut it with `ffmpeg -i INPUT -f segment -segment_time 3600 part%03d.wav`',
      );
    case 'EISDIR':
      return because('unreadable', 'a folder, not a file; name an audio file');
    default:
      return because('unreadable', `cannot be read (${reason(error)}); check its permissions`);
  }
}

function encodeFor(file: string, audio: Audio, options?: WriteWavOptions): Uint8Array {
  try {
    const bytes = writeWav(audio, options);
    return options?.synthetic ? markSynthetic(bytes) : bytes;
  } catch (error) {
    if (error instanceof AudioError) throw new AudioError(error.code, `${file}: ${error.message}`);
    throw error;
  }
}

function reason(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
