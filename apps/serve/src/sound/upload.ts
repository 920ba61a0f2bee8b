// Sound that comes in: a file as bytes, or in base64 as JSON has it. Wav is read here, other formats by the system's ffmpeg. Nothing is believed
// before it is measured.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AudioFileError, decodeFile, looksLikeWav, readWav, writeWav, type Audio } from '@gpt-talker/audio';
import { ApiError } from '../requests/api-error';
import { UPLOAD_FOLDER } from './leftovers';

/** The shortest sound that can be encoded, in seconds. */
const LEAST_SECONDS = 0.2;
const HEADER_BYTES = 44;
/** A file that is still being decoded after so long is not one turn of a conversation. */
const DECODING_MILLISECONDS = 20_000;

/** What compressed files begin with; nothing else is given to ffmpeg. */
const SIGNATURES: readonly ((bytes: Uint8Array) => boolean)[] = [
  (bytes) => latin(bytes, 0, 3) === 'ID3', // mp3 with tags
  (bytes) => bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0, // mp3 or ADTS
  (bytes) => latin(bytes, 0, 4) === 'OggS',
  (bytes) => latin(bytes, 0, 4) === 'fLaC',
  (bytes) => latin(bytes, 4, 8) === 'ftyp', // mp4, m4a
  (bytes) => bytes[0] === 0x1a && bytes[1] === 0x45 && bytes[2] === 0xdf && bytes[3] === 0xa3, // webm
];
const FORMATS = 'wav, mp3, ogg, flac, m4a or webm';

/**
 * Decodes an uploaded file: wav by ourselves, mp3, ogg, flac, m4a and webm where ffmpeg is installed.
 * @throws ApiError 400 with the reason, 413 for what is too long, 501 without ffmpeg; AudioFileError for a wav file that is none
 */
export async function decodeUpload(
  bytes: Uint8Array,
  limits: { maxAudioSeconds: number },
  param = 'audio',
): Promise<Audio> {
  const isCompressed = !looksLikeWav(bytes) && SIGNATURES.some((matches) => matches(bytes));
  const audio = isCompressed ? await decodeCompressed(bytes, limits, param) : readWav(bytes, { name: param });
  return checkHeard(audio, limits, param);
}

/** @throws ApiError for sound that cannot be encoded, or more than is taken */
export function checkHeard(audio: Audio, limits: { maxAudioSeconds: number }, param = 'audio'): Audio {
  const seconds = audio.samples.length / audio.sampleRate;
  if (audio.sampleRate < 4000 || audio.sampleRate > 192_000)
    throw ApiError.badRequest(
      'audio_rate',
      param,
      `${param}: has ${audio.sampleRate} samples a second; send 4000 to 192000`,
    );
  if (seconds > limits.maxAudioSeconds) {
    const message = `${param}: is ${seconds.toFixed(1)} s long, but this service takes ${limits.maxAudioSeconds} s; cut it`;
    throw new ApiError(413, 'audio_too_long', message, param);
  }
  if (seconds < LEAST_SECONDS) {
    const message = `${param}: is ${seconds.toFixed(3)} s long, too short; send at least ${LEAST_SECONDS} s`;
    throw ApiError.badRequest('audio_too_short', param, message);
  }
  return audio;
}

/** By ffmpeg, in a process of its own, from a file: m4a has its index at its end more often than not. */
async function decodeCompressed(
  bytes: Uint8Array,
  { maxAudioSeconds }: { maxAudioSeconds: number },
  param: string,
): Promise<Audio> {
  const folder = await mkdtemp(path.join(tmpdir(), UPLOAD_FOLDER));
  try {
    const file = path.join(folder, 'upload');
    await writeFile(file, bytes, { mode: 0o600 });
    return await decodeFile(file, {
      name: param,
      maximumSeconds: maxAudioSeconds + 1,
      signal: AbortSignal.timeout(DECODING_MILLISECONDS),
    });
  } catch (error) {
    if (!(error instanceof AudioFileError)) throw error;
    if (error.code === 'no-decoder')
      throw new ApiError(
        501,
        'format_unavailable',
        `${param}: only wav is read here, since ffmpeg is not installed on this server; send wav`,
        param,
      );
    throw ApiError.badRequest(
      'invalid_audio',
      param,
      `${param}: cannot be decoded; send a whole file that is ${FORMATS}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** The bytes of base64 text, with or without a data URL's beginning. @throws ApiError 400 */
export function decodeBase64(text: string): Uint8Array {
  const content = text.replace(/^data:[^,]{0,100};base64,/, '');
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content))
    throw ApiError.badRequest('not_base64', 'audio', 'audio: is not base64; send the bytes of a sound file in base64');
  return Buffer.from(content, 'base64');
}

/** A turn's sound as it is kept: one channel of 16 bits. */
export function encodeKept(audio: Audio): Uint8Array {
  return writeWav(audio);
}

/** Whether bytes are what `encodeKept` made, as far as their beginning and their number show. */
export function isKeptWhole(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.byteLength > HEADER_BYTES && looksLikeWav(bytes) && view.getUint32(4, true) === bytes.byteLength - 8;
}
