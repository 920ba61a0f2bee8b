// The checksum of zip entries (CRC-32, polynomial 0xEDB88320).
import { nativeCrc32 } from './native-crc32';

export const crc32: (bytes: Uint8Array) => number = nativeCrc32 ?? portableCrc32;

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
