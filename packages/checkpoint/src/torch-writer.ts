// Files that torch.load(weights_only=True) reads: a zip archive with a protocol 2 pickle of plain data and one storage for each tensor.
import { isArrayTensor, type ArrayTensor, type StoredType } from './array-tensor';
import { ByteWriter } from './byte-writer';
import { CheckpointError, printable } from './errors';
import { countOf, rowMajorStrides } from './shapes';
import { encodeValues, STORED_BYTES } from './stored-values';
import { STORAGE_TYPES } from './torch-globals';
import { writeZip, type ZipContent } from './zip-writer';

/** What {@link writeTorch} takes: nested arrays, plain objects (or maps) and tensors. Whole numbers become Python's int. */
export type WritableValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | ArrayTensor
  | readonly WritableValue[]
  | ReadonlyMap<string, WritableValue>
  | { readonly [key: string]: WritableValue };

const ROOT = 'archive';
const STORAGE_NAMES = new Map(Object.entries(STORAGE_TYPES).map(([name, dtype]) => [dtype, name]));

/**
 * Makes a `.pth` file, the same bytes for the same value.
 * @throws CheckpointError `unsupported` for values that Python's loader would refuse, `too-large` beyond 4 GiB
 */
export function writeTorch(value: WritableValue, source = 'torch file'): Uint8Array {
  const pickle = new PickleWriter(source);
  pickle.write(value);
  const text = (content: string) => new TextEncoder().encode(content);
  const storages = pickle.storages.map((bytes, key): ZipContent => ({ name: `${ROOT}/data/${key}`, bytes }));
  return writeZip(
    [
      { name: `${ROOT}/data.pkl`, bytes: pickle.finish() },
      { name: `${ROOT}/byteorder`, bytes: text('little') },
      ...storages,
      { name: `${ROOT}/version`, bytes: text('3\n') },
    ],
    source,
  );
}

class PickleWriter {
  /** The bytes of each tensor, in the order of their keys. */
  readonly storages: Uint8Array[] = [];
  readonly #bytes = new ByteWriter().uint8(0x80, 2);

  constructor(private readonly source: string) {}

  finish(): Uint8Array {
    return this.#bytes.text('.').finish();
  }

  write(value: WritableValue): void {
    if (value === null) this.#bytes.text('N');
    else if (typeof value === 'boolean') this.#bytes.uint8(value ? 0x88 : 0x89);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#longInteger(value);
    else if (typeof value === 'string') this.#text(value);
    else if (isArrayTensor(value)) this.#tensor(value);
    else if (Array.isArray(value)) this.#list(value as readonly WritableValue[]);
    else if (value instanceof Map) this.#dict(value as ReadonlyMap<string, WritableValue>);
    else if (isPlainObject(value)) this.#dict(new Map(Object.entries(value)));
    else
      throw new CheckpointError(
        'unsupported',
        this.source,
        `a value of type ${typeof value} cannot be stored; use plain data and tensors.`,
      );
  }

  #number(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0)) this.#bytes.text('G').float64BigEndian(value);
    else if (value === (value | 0)) this.#bytes.text('J').int32(value);
    else if (Number.isSafeInteger(value)) this.#longInteger(BigInt(value));
    else this.#bytes.text('G').float64BigEndian(value);
  }

  #longInteger(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value)
      throw new CheckpointError('unsupported', this.source, `${value} does not fit into 64 bits.`);
    this.#bytes.uint8(0x8a, 8);
    for (let shift = 0n; shift < 64n; shift += 8n) this.#bytes.uint8(Number((value >> shift) & 0xffn));
  }

  #text(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.#bytes.text('X').uint32(encoded.length).raw(encoded);
  }

  #list(items: readonly WritableValue[]): void {
    this.#bytes.text('](');
    for (const item of items) this.write(item);
    this.#bytes.text('e');
  }

  #dict(entries: ReadonlyMap<string, WritableValue>): void {
    this.#bytes.text('}(');
    for (const [key, item] of entries) {
      this.#text(key);
      this.write(item);
    }
    this.#bytes.text('u');
  }

  /** torch._utils._rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict()) */
  #tensor({ shape, dtype, data }: ArrayTensor): void {
    const bytes = encodeValues(data, dtype);
    const count = countOf(shape);
    if (bytes.length !== count * STORED_BYTES[dtype]) {
      throw new CheckpointError(
        'unsupported',
        this.source,
        `a tensor has ${data.length} values for shape [${printable(String(shape))}].`,
      );
    }
    const key = String(this.storages.push(bytes) - 1);
    this.#bytes.text('ctorch._utils\n_rebuild_tensor_v2\n(');
    this.#bytes.text('(');
    this.#text('storage');
    this.#bytes.text(`ctorch\n${this.#storageName(dtype)}\n`);
    this.#text(key);
    this.#text('cpu');
    this.#number(count);
    this.#bytes.text('tQ');
    this.#number(0);
    this.#tuple(shape);
    this.#tuple(rowMajorStrides(shape));
    this.#bytes.uint8(0x89).text('ccollections\nOrderedDict\n)RtR');
  }

  #tuple(items: readonly number[]): void {
    this.#bytes.text('(');
    for (const item of items) this.#number(item);
    this.#bytes.text('t');
  }

  #storageName(dtype: StoredType): string {
    const name = STORAGE_NAMES.get(dtype);
    if (!name)
      throw new CheckpointError('unsupported', this.source, `torch has no storage of ${dtype}; use another type.`);
    return name;
  }
}

function isPlainObject(value: unknown): value is Record<string, WritableValue> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
