// Ogg pages with Opus in them (RFC 3533, RFC 7845): what a player needs to know, then packets of 20 ms as they are made.
import { randomInt } from 'node:crypto';
import { VORBIS_COMMENTS } from './synthetic-mark';

/** Opus counts in these, whatever the input's rate. */
const GRANULES_PER_SECOND = 48_000;
const VENDOR = 'libopus (opusscript)';

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

export class OggOpusWriter {
  private readonly serial = randomInt(2 ** 31);
  private sequence = 0;
  private granules: number;

  /** @param preSkip samples at 48 kHz that a decoder drops: the encoder's delay */
  constructor(
    private readonly sampleRate: number,
    private readonly preSkip: number,
  ) {
    this.granules = 0;
  }

  /** The two pages before any sound. */
  head(): Buffer {
    const head = Buffer.alloc(19);
    head.write('OpusHead', 'latin1');
    head[8] = 1;
    head[9] = 1;
    head.writeUInt16LE(this.preSkip, 10);
    head.writeUInt32LE(this.sampleRate, 12);
    const length = (value: number) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value);
      return bytes;
    };
    const text = (value: string) => Buffer.concat([length(Buffer.byteLength(value)), Buffer.from(value)]);
    const tags = Buffer.concat([
      Buffer.from('OpusTags'),
      text(VENDOR),
      length(VORBIS_COMMENTS.length),
      ...VORBIS_COMMENTS.map(text),
    ]);
    return Buffer.concat([this.page([head], 0, 2), this.page([tags], 0, 0)]);
  }

  /**
   * A page of packets; at most 50, a second of sound.
   * @param samples how many of the input's samples are in them
   * @param end where the sound ends, in samples, if this is the last page
   */
  packets(packets: readonly Buffer[], samples: number, end?: number): Buffer {
    this.granules += Math.round((samples * GRANULES_PER_SECOND) / this.sampleRate);
    const granule =
      end === undefined ? this.granules : this.preSkip + Math.round((end * GRANULES_PER_SECOND) / this.sampleRate);
    return this.page(packets, granule, end === undefined ? 0 : 4);
  }

  private page(packets: readonly Buffer[], granule: number, flags: number): Buffer {
    const lacing = packets.flatMap(({ length }) => [
      ...new Array<number>(Math.floor(length / 255)).fill(255),
      length % 255,
    ]);
    const header = Buffer.alloc(27);
    header.write('OggS', 'latin1');
    header[5] = flags;
    header.writeBigInt64LE(BigInt(granule), 6);
    header.writeUInt32LE(this.serial, 14);
    header.writeUInt32LE(this.sequence++, 18);
    header[26] = lacing.length;
    const page = Buffer.concat([header, Buffer.from(lacing), ...packets]);
    let crc = 0;
    for (const byte of page) crc = ((crc << 8) ^ CRC[((crc >>> 24) ^ byte) & 0xff]) >>> 0;
    page.writeUInt32LE(crc, 22);
    return page;
  }
}
