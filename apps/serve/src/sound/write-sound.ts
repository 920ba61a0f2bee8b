// A file of sound, in the format that its name says. It is written beside its place and moved there, so that it is whole or as it was.
import path from 'node:path';
import { markSynthetic, writeFileWhole, writeWav, writeWavFile, type Audio } from '@gpt-talker/audio';
import { UsageError } from '../report-error';
import { isSignable, type SignFile } from './content-credentials';
import { Ffmpeg } from './ffmpeg';
import { soundEncoder, type CompressedFormat } from './formats';

const FORMATS: Partial<Record<string, 'wav' | CompressedFormat>> = {
  '.wav': 'wav',
  '.flac': 'flac',
  '.mp3': 'mp3',
  '.opus': 'opus',
  '.ogg': 'ogg',
};

/**
 * How to write `file`, settled before anything is computed.
 * @param sign puts credentials into it
 * @throws UsageError where its name ends in no format, or in one that this machine cannot make, or that takes no credentials
 */
export async function soundWriter(file: string, sign?: SignFile): Promise<(audio: Audio) => Promise<void>> {
  const extension = path.extname(file).toLowerCase();
  const format = FORMATS[extension];
  if (format === undefined) {
    const known = Object.keys(FORMATS).join(', ');
    throw new UsageError(`--out ${file}: ${extension || 'a name without an ending'} is no format; end it in ${known}`);
  }
  if (sign && !isSignable(format))
    throw new UsageError(
      `--out ${file}: C2PA has no place for credentials in ${extension}; end the name in .wav, .mp3 or .flac`,
    );
  if (format === 'wav' && !sign) return (audio) => writeWavFile(file, audio, { synthetic: true });
  const ffmpeg = await Ffmpeg.find();
  if (format === 'flac' && ffmpeg.reason(format) !== undefined) {
    throw new UsageError(
      `--out ${file}: ${extension} is made by ffmpeg, which is not here or lacks the encoder; install it, or end the name in .wav, .mp3, .opus or .ogg`,
    );
  }
  const encoded = (audio: Audio): AsyncIterable<Uint8Array> =>
    format === 'wav'
      ? once(markSynthetic(writeWav(audio)))
      : soundEncoder(format, { ffmpeg, sampleRate: audio.sampleRate }).encode(once(audio));
  if (!sign || !isSignable(format)) return (audio) => writeFileWhole(file, encoded(audio));
  return async (audio) => {
    const parts: Uint8Array[] = [];
    for await (const part of encoded(audio)) parts.push(part);
    await writeFileWhole(file, [sign(Buffer.concat(parts), format)]);
  };
}

async function* once<Item>(item: Item): AsyncGenerator<Item> {
  yield item;
}
