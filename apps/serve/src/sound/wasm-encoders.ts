// mp3 and opus on a bare machine: LAME and libopus as WebAssembly, from npm (wasm-media-encoders, MIT, LAME inside it LGPL; opusscript, MIT,
// libopus BSD). Chunks become bytes as they come, with no process to start before the first.
import { resampleStream, type Audio } from '@gpt-talker/audio';
import { OggOpusWriter } from './ogg';
import { pcmBytes } from './pcm';
import { id3Mark } from './synthetic-mark';

/** Rates that MPEG-1 and 2 know. */
const MP3_RATES = [48_000, 44_100, 32_000, 24_000, 22_050, 16_000];
const MP3_KILOBITS = 96;
const OPUS_RATES = [48_000, 24_000, 16_000];
const OPUS_BITS = 48_000;
const OPUS_FRAME_SECONDS = 0.02;
/** Of libopus, in samples at 48 kHz: what a decoder drops at the beginning. */
const OPUS_PRE_SKIP = 312;
/** Packets of one page: the first ones go out soon. */
const PAGE_PACKETS = 10;

/** The rate that a format has for a voice's: its own, or the next higher one, or the highest. */
function rateFor(sampleRate: number, rates: readonly number[]): number {
  return rates.findLast((rate) => rate >= sampleRate) ?? rates[0];
}

export async function* encodeMp3(sampleRate: number, chunks: AsyncIterable<Audio>): AsyncGenerator<Uint8Array> {
  const { createMp3Encoder } = await import('wasm-media-encoders');
  const encoder = await createMp3Encoder();
  const rate = rateFor(sampleRate, MP3_RATES);
  encoder.configure({ sampleRate: rate, channels: 1, bitrate: MP3_KILOBITS });
  // What the encoder returns is a view of its memory, which the next call overwrites.
  let mark: Uint8Array | undefined = id3Mark();
  for await (const { samples } of rate === sampleRate ? chunks : resampleStream(chunks, rate)) {
    const bytes = encoder.encode([samples]);
    if (mark) yield Buffer.concat([mark, bytes]);
    else if (bytes.length > 0) yield Uint8Array.from(bytes);
    mark = undefined;
  }
  yield Uint8Array.from(encoder.finalize());
}

export async function* encodeOpus(sampleRate: number, chunks: AsyncIterable<Audio>): AsyncGenerator<Uint8Array> {
  const { default: OpusScript } = await import('opusscript');
  const rate = rateFor(sampleRate, OPUS_RATES) as 48_000 | 24_000 | 16_000;
  const encoder = new OpusScript(rate, 1, OpusScript.Application.AUDIO);
  try {
    encoder.setBitrate(OPUS_BITS);
    const frame = Math.round(OPUS_FRAME_SECONDS * rate);
    const writer = new OggOpusWriter(rate, OPUS_PRE_SKIP);
    let rest = new Float32Array(0);
    let total = 0;
    let packets: Buffer[] = [];
    const encode = (samples: Float32Array) => packets.push(encoder.encode(pcmBytes(samples), frame));
    yield writer.head();
    for await (const { samples } of rate === sampleRate ? chunks : resampleStream(chunks, rate)) {
      total += samples.length;
      const known = new Float32Array(rest.length + samples.length);
      known.set(rest);
      known.set(samples, rest.length);
      let at = 0;
      for (; at + frame <= known.length; at += frame) {
        encode(known.subarray(at, at + frame));
        if (packets.length < PAGE_PACKETS) continue;
        yield writer.packets(packets, frame * packets.length);
        packets = [];
      }
      rest = known.slice(at);
    }
    // The last frame, and one more for what the encoder still holds; the last page says where the sound ends.
    const last = new Float32Array(2 * frame);
    last.set(rest);
    encode(last.subarray(0, frame));
    encode(last.subarray(frame));
    yield writer.packets(packets, frame * packets.length, total);
  } finally {
    encoder.delete();
  }
}
