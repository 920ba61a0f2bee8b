// Newer Node versions bring a fast CRC-32; Node 20 before 20.15 does not.
import * as zlib from 'node:zlib';

export const nativeCrc32 = (zlib as { crc32?: (data: Uint8Array) => number }).crc32;
