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
    for (const value of values) this.#view.setUint8(this.#advance(1), value);
    return this;
  }

  uint16(...values: number[]): this {
    for (const value of values) this.#view.setUint16(this.#advance(2), value, true);
    return this;
  }

  uint32(...values: number[]): this {
    for (const value of values) this.#view.setUint32(this.#advance(4), value, true);
    return this;
  }

  /** Also for negative numbers. */
  int32(value: number): this {
    this.#view.setInt32(this.#advance(4), value, true);
    return this;
  }

  float64BigEndian(value: number): this {
    this.#view.setFloat64(this.#advance(8), value, false);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.#bytes.set(bytes, this.#advance(bytes.length));
    return this;
  }

  text(text: string): this {
    return this.raw(new TextEncoder().encode(text));
  }

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
