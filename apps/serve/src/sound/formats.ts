// The formats that sound is sent in: wav, pcm, mp3 and opus by ourselves, others by the system's ffmpeg.
import { resampleStream, type Audio } from '@gpt-talker/audio';
import { ApiError } from '../requests/api-error';
import type { Ffmpeg, FfmpegFormat } from './ffmpeg';
import { pcmBytes, streamingWavHeader } from './pcm';
import { encodeMp3, encodeOpus } from './wasm-encoders';

export const NATIVE_FORMATS = ['wav', 'pcm'] as const;
/** Those that OpenAI's API names; ours makes ogg as well. */
export const OPENAI_COMPRESSED_FORMATS = ['mp3', 'opus', 'aac', 'flac'] as const;
export type CompressedFormat = 'mp3' | 'opus' | FfmpegFormat;
export type SoundFormat = (typeof NATIVE_FORMATS)[number] | CompressedFormat;

/** How chunks become bytes. */
export interface SoundEncoder {
  contentType: string;
  sampleRate: number;
  encode(chunks: AsyncIterable<Audio>): AsyncIterable<Uint8Array>;
}

const CONTENT_TYPES: Record<CompressedFormat, string> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg; codecs=opus',
  ogg: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
};

export interface EncoderOptions {
  ffmpeg: Ffmpeg;
  /** The voice's. */
  sampleRate: number;
  /** The rate of `pcm`; default: the voice's. */
  pcmRate?: number;
  /** What names the format in the request. */
  param?: string;
}

/**
 * @throws ApiError 501 where this server cannot make the format
 */
export function soundEncoder(
  format: SoundFormat,
  { ffmpeg, sampleRate, pcmRate = sampleRate, param = 'response_format' }: EncoderOptions,
): SoundEncoder {
  if (format === 'wav') return { contentType: 'audio/wav', sampleRate, encode: (chunks) => wav(chunks, sampleRate) };
  if (format === 'pcm') {
    const contentType = `audio/pcm;rate=${pcmRate};channels=1`;
    return { contentType, sampleRate: pcmRate, encode: (chunks) => pcm(resampleStream(chunks, pcmRate)) };
  }
  const encoder = (made: CompressedFormat, encode: SoundEncoder['encode']): SoundEncoder => ({
    contentType: CONTENT_TYPES[made],
    sampleRate,
    encode,
  });
  if (format === 'mp3') return encoder('mp3', (chunks) => encodeMp3(sampleRate, chunks));
  const opus = encoder('opus', (chunks) => encodeOpus(sampleRate, chunks));
  if (format === 'opus') return opus;
  const reason = ffmpeg.reason(format);
  if (reason === undefined) return encoder(format, (chunks) => ffmpeg.encode(format, sampleRate, chunks));
  // Ogg holds Opus as well as Vorbis, which ffmpeg alone makes.
  if (format === 'ogg') return opus;
  const message = `${format} cannot be made: ${reason}; ask for mp3, opus, wav or pcm, or install ffmpeg`;
  throw new ApiError(501, 'format_unavailable', message, param);
}

async function* wav(chunks: AsyncIterable<Audio>, sampleRate: number): AsyncGenerator<Uint8Array> {
  let header: Buffer | undefined = streamingWavHeader(sampleRate);
  for await (const { samples } of chunks) {
    const bytes = pcmBytes(samples);
    yield header ? Buffer.concat([header, bytes]) : bytes;
    header = undefined;
  }
}

async function* pcm(chunks: AsyncIterable<Audio>): AsyncGenerator<Uint8Array> {
  for await (const { samples } of chunks) yield pcmBytes(samples);
}
