// Safetensors files that are too large to be read whole: the header is read once, tensors or single rows of them as they are
// asked for. What a data set's shards and large models need.
import { open, type FileHandle } from './open-file';
import { type ArrayTensor } from './array-tensor';
import { CheckpointError, printable } from './errors';
import { headerLength, LENGTH_BYTES, parsePlaces, type TensorPlace } from './safetensors';
import { decodeValues, STORED_BYTES } from './stored-values';

/** An open safetensors file. Close it. */
export class SafetensorsReader {
  private constructor(
    readonly source: string,
    private readonly file: FileHandle,
    private readonly contentStart: number,
    private readonly places: ReadonlyMap<string, TensorPlace>,
    readonly metadata: Readonly<Record<string, string>>,
  ) {}

  /** Reads the header, and checks it against the file's size. @throws CheckpointError */
  static async open(path: string): Promise<SafetensorsReader> {
    const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
      throw new CheckpointError(
        'unreadable',
        path,
        `the file cannot be read (${cause.code ?? cause.message}); check the path.`,
        {
          cause,
        },
      );
    });
    try {
      const { size } = await file.stat();
      // One byte more than the length: a JSON header begins there, or this is something else.
      const first = await readBytes(file, 0, Math.min(size, LENGTH_BYTES + 1));
      const headerBytes = headerLength(first, size, path);
      const contentStart = LENGTH_BYTES + headerBytes;
      const header = await readBytes(file, LENGTH_BYTES, headerBytes);
      const { places, metadata } = parsePlaces(header, size - contentStart, path);
      return new SafetensorsReader(path, file, contentStart, places, metadata);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  names(): string[] {
    return [...this.places.keys()];
  }

  has(name: string): boolean {
    return this.places.has(name);
  }

  /** Element type, shape and place (bytes from the beginning of the file) of a tensor. @throws CheckpointError `missing-entry` */
  describe(name: string): Readonly<TensorPlace> {
    const place = this.places.get(name);
    if (place) return { ...place, begin: place.begin + this.contentStart, end: place.end + this.contentStart };
    throw new CheckpointError('missing-entry', this.source, `there is no tensor ${printable(name)} in it.`);
  }

  /** A whole tensor. @throws CheckpointError */
  async read(name: string): Promise<ArrayTensor> {
    const { dtype, shape, begin, end } = this.describe(name);
    return { dtype, shape, data: decodeValues(await this.bytes(begin, end), dtype, this.source) };
  }

  /** `count` entries along the first axis, from `first` on. @throws CheckpointError also where there are fewer */
  async rows(name: string, first: number, count: number): Promise<ArrayTensor> {
    const { dtype, shape, begin } = this.describe(name);
    if (shape.length === 0 || first < 0 || count < 0 || first + count > shape[0]) {
      const range = `${first} to ${first + count}`;
      throw new CheckpointError(
        'missing-entry',
        this.source,
        `tensor ${printable(name)} [${shape}] has no rows ${range}.`,
      );
    }
    const rowBytes = shape.slice(1).reduce((product, length) => product * length, STORED_BYTES[dtype]);
    const from = begin + first * rowBytes;
    const data = decodeValues(await this.bytes(from, from + count * rowBytes), dtype, this.source);
    return { dtype, shape: [count, ...shape.slice(1)], data };
  }

  async close(): Promise<void> {
    await this.file.close();
  }

  private async bytes(begin: number, end: number): Promise<Uint8Array> {
    const bytes = await readBytes(this.file, begin, end - begin);
    if (bytes.length < end - begin)
      throw new CheckpointError('truncated', this.source, 'the file became shorter while it was read.');
    return bytes;
  }
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, Math.min(length - done, 1 << 30), position + done);
    if (bytesRead === 0) return bytes.subarray(0, done);
    done += bytesRead;
  }
  return bytes;
}
