// The tensors of a safetensors file: of a large file those that are asked for; of a small one all at once, because opening it costs
// more than reading it. The random turns of a batch lie in as many small files.
import { readFileSync, statSync } from 'node:fs';
import { CheckpointError, readSafetensors, SafetensorsReader, type ArrayTensor } from '@gpt-talker/checkpoint';

/** An open file. Close it. */
export interface TensorFile {
  readonly source: string;
  readonly metadata: Readonly<Record<string, string>>;
  has(name: string): boolean;
  /** A whole tensor. @throws CheckpointError */
  read(name: string): Promise<ArrayTensor>;
  /** `count` entries along the first axis, from `first` on. @throws CheckpointError */
  rows(name: string, first: number, count: number): Promise<ArrayTensor>;
  close(): Promise<void>;
}

/** Phonemes or tokens of a chunk of turns are some kilobytes, sound or features are megabytes. */
const SMALL_BYTES = 1 << 16;

/** @throws CheckpointError where the file cannot be read or is no safetensors file */
export async function openTensors(file: string): Promise<TensorFile> {
  const bytes = readSmall(file);
  return bytes ? new SmallTensorFile(file, bytes) : SafetensorsReader.open(file);
}

/** Synchronously: reading some kilobytes takes 20 µs, handing them over from another thread ten times as long. */
function readSmall(file: string): Uint8Array | undefined {
  try {
    const { size } = statSync(file);
    return size > SMALL_BYTES ? undefined : readFileSync(file);
  } catch {
    return undefined; // The reader says what is wrong with it.
  }
}

class SmallTensorFile implements TensorFile {
  readonly metadata: Readonly<Record<string, string>>;
  private readonly tensors: ReadonlyMap<string, ArrayTensor>;

  constructor(
    readonly source: string,
    bytes: Uint8Array,
  ) {
    ({ tensors: this.tensors, metadata: this.metadata } = readSafetensors(bytes, source));
  }

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  async read(name: string): Promise<ArrayTensor> {
    const tensor = this.tensors.get(name);
    if (tensor) return tensor;
    throw new CheckpointError('missing-entry', this.source, `there is no tensor ${name} in it.`);
  }

  async rows(name: string, first: number, count: number): Promise<ArrayTensor> {
    const { dtype, shape, data } = await this.read(name);
    const width = shape.slice(1).reduce((product, length) => product * length, 1);
    return { dtype, shape: [count, ...shape.slice(1)], data: data.slice(first * width, (first + count) * width) };
  }

  async close(): Promise<void> {}
}
