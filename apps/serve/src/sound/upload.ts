// Sound that comes in: a wav file as bytes, or in base64 as JSON has it. Nothing is believed before it is measured.
import { looksLikeWav, readWav, writeWav, type Audio } from '@gpt-talker/audio';
import { ApiError } from '../requests/api-error';

/** The shortest sound of which a voice can be heard, in seconds. */
const LEAST_SECONDS = 0.2;
const HEADER_BYTES = 44;

/** Decodes an uploaded wav file. @throws ApiError 400 with the reason; AudioFileError for what is no wav file */
export function decodeUpload(bytes: Uint8Array, limits: { maxAudioSeconds: number }, param = 'audio'): Audio {
  const audio = readWav(bytes, { name: param });
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
    const message = `${param}: is ${seconds.toFixed(3)} s long, too short to be heard; send at least ${LEAST_SECONDS} s`;
    throw ApiError.badRequest('audio_too_short', param, message);
  }
  return audio;
}

/** The bytes of base64 text, with or without a data URL's beginning. @throws ApiError 400 */
export function decodeBase64(text: string): Uint8Array {
  const content = text.replace(/^data:[^,]{0,100};base64,/, '');
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content))
    throw ApiError.badRequest('not_base64', 'audio', 'audio: is not base64; send the bytes of a wav file in base64');
  return Buffer.from(content, 'base64');
}

/** A turn's sound as it is kept: one channel of 16 bits. */
export function encodeKept(audio: Audio): Uint8Array {
  return writeWav(audio);
}

/** Whether bytes are what `encodeKept` made, as far as their beginning and their number tell. */
export function isKeptWhole(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return bytes.byteLength > HEADER_BYTES && looksLikeWav(bytes) && view.getUint32(4, true) === bytes.byteLength - 8;
}
