// Bytes that grow while they are written.

/** Little-endian writes at the end. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What has been written so far. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  uint8(...values: number[]): this {
    for (const value of values) {
      const at = this.#advance(1);
      this.#view.setUint8(at, value);
    }
    return this;
  }

  uint16(...values: number[]): this {
    for (const value of values) {
      const at = this.#advance(2);
      this.#view.setUint16(at, value, true);
    }
    return this;
  }

  uint32(...values: number[]): this {
    for (const value of values) {
      const at = this.#advance(4);
      this.#view.setUint32(at, value, true);
    }
    return this;
  }

  /** Also for negative numbers. */
  int32(value: number): this {
    const at = this.#advance(4);
    this.#view.setInt32(at, value, true);
    return this;
  }

  float64BigEndian(value: number): this {
    const at = this.#advance(8);
    this.#view.setFloat64(at, value, false);
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
    return this;
  }

  text(text: string): this {
    return this.raw(new TextEncoder().encode(text));
  }

  /** Makes room, in a new buffer if need be: take `#bytes` and `#view` only after it. */
  #advance(count: number): number {
    const start = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, start));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return start;
  }
}
