// A page has no files: what is fetched or dropped there are bytes, for `readWav` and from `writeWav`.
import { type Audio } from './audio';
import { AudioFileError } from './errors';
import { type WriteWavOptions } from './wav-writer';

export async function readWavFile(file: string): Promise<Audio> {
  throw new AudioFileError('unreadable', `${file}: a page cannot open files; give the bytes to readWav`);
}

export async function writeWavFile(file: string, _audio: Audio, _options?: WriteWavOptions): Promise<void> {
  throw notWritable(file);
}

export async function writeFileWhole(file: string): Promise<void> {
  throw notWritable(file);
}

function notWritable(file: string): AudioFileError {
  return new AudioFileError(
    'unwritable',
    `${file}: a page cannot write files; offer the bytes of writeWav for download`,
  );
}
