// The checksum of zip entries (CRC-32, polynomial 0xEDB88320).
import * as zlib from 'node:zlib';

/** Newer Node versions bring a fast one; Node 20 before 20.15 does not. */
const native = (zlib as { crc32?: (data: Uint8Array) => number }).crc32;

export const crc32: (bytes: Uint8Array) => number = native ?? portableCrc32;

/** The same in plain JavaScript. */
export function portableCrc32(bytes: Uint8Array): number {
  let remainder = -1;
  for (let index = 0; index < bytes.length; index++) {
    remainder = TABLE[(remainder ^ bytes[index]) & 0xff] ^ (remainder >>> 8);
  }
  return ~remainder >>> 0;
}

const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});
