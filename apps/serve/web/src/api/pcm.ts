// Samples from a stream of bytes that is cut anywhere, also in the middle of a sample.

/** Turns 16-bit little-endian bytes into samples in [−1, 1]; a lone byte waits for its other half. */
export class PcmDecoder {
  private rest: Uint8Array = new Uint8Array(0);

  push(bytes: Uint8Array): Float32Array<ArrayBuffer> {
    const joined = new Uint8Array(this.rest.length + bytes.length);
    joined.set(this.rest);
    joined.set(bytes, this.rest.length);
    const count = joined.length >> 1;
    this.rest = joined.slice(2 * count);
    const view = new DataView(joined.buffer);
    return Float32Array.from({ length: count }, (_, i) => view.getInt16(2 * i, true) / 0x8000);
  }
}

/** One array of all. */
export function join(pieces: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const joined = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
