// What a build holds as text: brotli in base64.
import zlib from 'node:zlib';

export function unpacked(base64: string): Uint8Array {
  return zlib.brotliDecompressSync(Buffer.from(base64, 'base64'));
}
