// Samples as bytes: 16 bits, little endian, one channel; and the header that makes a wav file of them while their number is not yet known.
import { concatenateFloats, markSynthetic, writeWav, type Audio } from '@gpt-talker/audio';

const HEADER_BYTES = 44;
const UNKNOWN_SIZE = 0xffffffff;

export function pcmBytes(samples: Float32Array): Buffer {
  const bytes = Buffer.allocUnsafe(2 * samples.length);
  for (let i = 0; i < samples.length; i++) {
    // As writeWav rounds, so that a streamed file holds the samples of a whole one.
    bytes.writeInt16LE(Math.max(-0x8000, Math.min(0x7fff, Math.round(samples[i] * 0x8000))), 2 * i);
  }
  return bytes;
}

/** A wav header whose sizes say "until the end", as other services' streams have. */
export function streamingWavHeader(sampleRate: number): Buffer {
  const header = Buffer.from(writeWav({ samples: new Float32Array(0), sampleRate }));
  header.writeUInt32LE(UNKNOWN_SIZE, 4);
  header.writeUInt32LE(UNKNOWN_SIZE, HEADER_BYTES - 4);
  return Buffer.from(markSynthetic(header));
}

/** Chunks put together. */
export function joined(chunks: readonly Audio[]): Audio {
  const samples = concatenateFloats(chunks.map((chunk) => chunk.samples));
  return { samples, sampleRate: chunks[0]?.sampleRate ?? 0 };
}
