// A page has no files, but a decoder of its own: AudioContext.decodeAudioData.
import { type Audio } from './audio';
import type { DecodeFileOptions } from './decode-file';
import { AudioFileError } from './errors';

export type { DecodeFileOptions };

export async function decodeFile(file: string, _options?: DecodeFileOptions): Promise<Audio> {
  throw new AudioFileError('no-decoder', `${file}: a page cannot open files; use AudioContext.decodeAudioData`);
}
