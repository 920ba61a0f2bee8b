// A cursor over bytes that never reads past the end: every reader of this folder goes through it, so that a damaged length is an
// error and not a wild read.
import { CheckpointError } from './errors';

/** Little-endian reads with bounds checks. */
export class ByteReader {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    /** The file's name, for errors. */
    readonly source: string,
    public position = 0,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** The next `length` bytes, not copied. @throws CheckpointError `truncated` */
  take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** A length of 64 bits. Beyond 2⁵³ it is rounded, which is still beyond any file. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Pickles store floats in network order. */
  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  #advance(length: number): number {
    if (length < 0 || length > this.remaining) {
      throw new CheckpointError(
        'truncated',
        this.source,
        'the file ends too early or a length in it is wrong; copy or download it again.',
      );
    }
    const start = this.position;
    this.position += length;
    return start;
  }
}
