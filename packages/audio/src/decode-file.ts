// Any audio file: wav is read here, everything else by the system's ffmpeg when there is one; so is wav that is not as it should be.
import { execFile } from 'node:child_process';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Audio } from './audio';
import { AudioFileError } from './errors';
import { readWavFile, readingError } from './wav-files';
import { looksLikeWav, readWav } from './wav-reader';

export interface DecodeFileOptions {
  /** The ffmpeg program; default `ffmpeg` on the PATH. */
  ffmpeg?: string;
  /** What messages call the file; default: its path. */
  name?: string;
  /** No more than this is decoded of what ffmpeg reads: a small file may hold hours. Default: all of it. */
  maximumSeconds?: number;
  /** Stops a running ffmpeg; the promise then rejects with code `cancelled`. */
  signal?: AbortSignal;
  /** Told, in one line, what was wrong with a file that could be read all the same. */
  warn?: (warning: string) => void;
}

/** About 1.5 hours at 48 kHz: what one decoded file may take in memory. */
const MAXIMUM_DECODED_BYTES = 1024 ** 3;

/**
 * Decodes an audio file of any format, mixed to one channel, at its own sample rate. Wav needs nothing; other formats
 * (and wav with a compressed encoding) need ffmpeg on this machine.
 *
 * @throws AudioFileError naming the file: also `no-decoder` when ffmpeg is needed and missing
 */
export async function decodeFile(file: string, options: DecodeFileOptions = {}): Promise<Audio> {
  if (looksLikeWav(await firstBytes(file))) {
    try {
      return await readWavFile(file, options);
    } catch (error) {
      if (!(error instanceof AudioFileError)) throw error;
      if (error.code === 'malformed') return decodeMalformed(file, options, error);
      if (error.code !== 'unsupported') throw error;
    }
  }
  return readWav(await decodeWithFfmpeg(file, options), { name: options.name ?? file });
}

/** ffmpeg makes sense of much that is no proper wav file. Where it cannot, or is not there, what was found here is said. */
async function decodeMalformed(file: string, options: DecodeFileOptions, found: AudioFileError): Promise<Audio> {
  let bytes: Uint8Array;
  try {
    bytes = await decodeWithFfmpeg(file, options);
  } catch (error) {
    const says = error instanceof AudioFileError && ['no-decoder', 'decoder-failed'].includes(error.code);
    throw says ? found : error;
  }
  options.warn?.(`${found.message.replace(/; convert it again$/, '')}; ffmpeg reads it`);
  return readWav(bytes, { name: options.name ?? file });
}

async function firstBytes(file: string): Promise<Uint8Array> {
  try {
    // A named pipe would be waited for, and could not be read twice.
    const stats = await stat(file);
    if (!stats.isFile() && !stats.isDirectory())
      throw new AudioFileError(
        'unreadable',
        `${file}: no ordinary file but a pipe or a device; save the sound to a file`,
      );
    const handle = await open(file, 'r');
    try {
      const bytes = new Uint8Array(12);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
      if (bytesRead === 0) throw new AudioFileError('empty', `${file}: the file is empty; record or copy it again`);
      return bytes.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw error instanceof AudioFileError ? error : readingError(file, error as NodeJS.ErrnoException);
  }
}

function decodeWithFfmpeg(
  file: string,
  { ffmpeg = 'ffmpeg', name = file, maximumSeconds, signal }: DecodeFileOptions,
): Promise<Uint8Array> {
  // The whitelist keeps play lists inside the file from opening addresses on the network.
  const input = ['-protocol_whitelist', 'file,pipe', '-i', `file:${path.resolve(file)}`];
  const limit = maximumSeconds === undefined ? [] : ['-t', String(maximumSeconds)];
  const output = [...limit, '-map', '0:a:0', '-ac', '1', '-c:a', 'pcm_f32le', '-f', 'wav', 'pipe:1'];
  return new Promise((resolve, reject) => {
    execFile(
      ffmpeg,
      ['-nostdin', '-v', 'error', ...input, ...output],
      { encoding: 'buffer', maxBuffer: MAXIMUM_DECODED_BYTES, signal },
      (error, stdout, stderr) => {
        if (error) reject(ffmpegError(name, ffmpeg, error, stderr.toString('utf8')));
        else resolve(new Uint8Array(stdout.buffer, stdout.byteOffset, stdout.byteLength));
      },
    );
  });
}

function ffmpegError(file: string, ffmpeg: string, error: Error, stderr: string): AudioFileError {
  const failed = (code: AudioFileError['code'], text: string) =>
    new AudioFileError(code, `${file}: ${text}`, { cause: error });
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'EACCES':
      return failed(
        'no-decoder',
        `not a PCM wav file, and ${ffmpeg} cannot be run to decode it; install ffmpeg or convert the file to wav`,
      );
    case 'ABORT_ERR':
      return failed('cancelled', 'decoding was cancelled');
    case 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER':
      return failed('too-large', `more than ${MAXIMUM_DECODED_BYTES / 1024 ** 3} GiB when decoded; cut it into parts`);
    default: {
      const lastLine = stderr.trim().split('\n').at(-1);
      return failed(
        'decoder-failed',
        `ffmpeg cannot decode it (${lastLine || error.message}); check that it is a whole audio file`,
      );
    }
  }
}
