// Safetensors files: 8 bytes with the header's length, a JSON header, the tensors' bytes without gaps.
// Format and the checks that a reader owes: https://github.com/huggingface/safetensors#format
import { type ArrayTensor, type StoredType } from './array-tensor';
import { CheckpointError, printable } from './errors';
import { countOf, isCountList } from './shapes';
import { decodeValues, encodeValues, STORED_BYTES } from './stored-values';

/** A file's tensors in the order of its header, and its free-form metadata. */
export interface SafetensorsFile {
  tensors: Map<string, ArrayTensor>;
  metadata: Record<string, string>;
}

/** Bytes that hold the header's length. */
export const LENGTH_BYTES = 8;
/** The limit of the reference implementation. */
const LARGEST_HEADER_BYTES = 100_000_000;
const METADATA = '__metadata__';

const STORED_TYPES: Readonly<Record<string, StoredType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U64: 'uint64',
  U32: 'uint32',
  U16: 'uint16',
  U8: 'uint8',
  BOOL: 'bool',
};
const TYPE_CODES = new Map(Object.entries(STORED_TYPES).map(([code, dtype]) => [dtype, code]));

/** A tensor's place in a file: bytes from the end of the header. */
export interface TensorPlace {
  dtype: StoredType;
  shape: number[];
  begin: number;
  end: number;
}

/** True if the bytes begin as a safetensors file does. */
export function looksLikeSafetensors(bytes: Uint8Array): boolean {
  return bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] === 0x7b;
}

/**
 * Reads a safetensors file. Tensors may be views of `bytes`: copy before changing them.
 * @param source the file's name, for errors
 * @throws CheckpointError
 */
export function readSafetensors(bytes: Uint8Array, source = 'safetensors'): SafetensorsFile {
  const headerBytes = headerLength(bytes, bytes.length, source);
  const content = bytes.subarray(LENGTH_BYTES + headerBytes);
  const { places, metadata } = parsePlaces(
    bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + headerBytes),
    content.length,
    source,
  );
  const tensors = new Map<string, ArrayTensor>();
  for (const [name, { dtype, shape, begin, end }] of places) {
    tensors.set(name, { shape, dtype, data: decodeValues(content.subarray(begin, end), dtype, source) });
  }
  return { tensors, metadata };
}

/**
 * Where the tensors of a file lie, from its header alone.
 * @param header what stands between the header's length and the tensors
 * @param contentBytes how many bytes follow the header
 * @throws CheckpointError
 */
export function parsePlaces(
  header: Uint8Array,
  contentBytes: number,
  source: string,
): { places: Map<string, TensorPlace>; metadata: Record<string, string> } {
  const entries = parseHeader(header, source);
  const metadata = readMetadata(entries.get(METADATA), source);
  entries.delete(METADATA);
  const places = new Map([...entries].map(([name, entry]) => [name, checkEntry(name, entry, source)]));
  refuseGaps([...places.values()], contentBytes, source);
  return { places, metadata };
}

/**
 * Makes a safetensors file. Each tensor is stored as its `dtype` says.
 * @throws CheckpointError `unsupported` if a tensor's data does not fit its shape
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, ArrayTensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const pieces = safetensorsPieces(tensors, metadata);
  const file = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const piece of pieces) {
    file.set(piece, position);
    position += piece.length;
  }
  return file;
}

/** The same file as pieces to be written one after the other; of float32 tensors they are views, so that nothing large is copied. */
export function safetensorsPieces(
  tensors: ReadonlyMap<string, ArrayTensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array[] {
  // Wide types first keeps every tensor aligned.
  const ordered = [...tensors].sort(([, first], [, second]) => STORED_BYTES[second.dtype] - STORED_BYTES[first.dtype]);
  const header: [string, unknown][] = metadata ? [[METADATA, metadata]] : [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    const part = encodeValues(data, dtype);
    if (part.length !== countOf(shape) * STORED_BYTES[dtype]) {
      throw new CheckpointError(
        'unsupported',
        'safetensors',
        `${printable(name)} has ${data.length} values for shape [${shape}].`,
      );
    }
    header.push([name, { dtype: TYPE_CODES.get(dtype), shape, data_offsets: [offset, offset + part.length] }]);
    parts.push(part);
    offset += part.length;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  const head = new Uint8Array(LENGTH_BYTES + headerBytes).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(headerBytes), true);
  head.set(json, LENGTH_BYTES);
  return [head, ...parts];
}

/**
 * How long the JSON header of a file is, from its first bytes.
 * @throws CheckpointError where the file is too short for it, or something else
 */
export function headerLength(bytes: Uint8Array, fileBytes: number, source: string): number {
  if (!looksLikeSafetensors(bytes))
    throw new CheckpointError('not-a-checkpoint', source, 'this is not a safetensors file.');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true));
  if (length > LARGEST_HEADER_BYTES) {
    throw new CheckpointError(
      'too-large',
      source,
      `a safetensors header of ${length} bytes is over the limit of ${LARGEST_HEADER_BYTES}.`,
    );
  }
  if (length > fileBytes - LENGTH_BYTES)
    throw new CheckpointError('truncated', source, 'the file ends within its header; copy or download it again.');
  return length;
}

function parseHeader(bytes: Uint8Array, source: string): Map<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new CheckpointError(
      'damaged',
      source,
      'the safetensors header is not JSON; copy or download the file again.',
      { cause },
    );
  }
  return new Map(Object.entries(header as object));
}

function readMetadata(entry: unknown, source: string): Record<string, string> {
  const pairs = typeof entry === 'object' && entry !== null ? Object.entries(entry) : [];
  if (!pairs.every(([, value]) => typeof value === 'string')) throw damaged(source, 'the metadata is not text');
  return Object.fromEntries(pairs) as Record<string, string>;
}

function checkEntry(name: string, entry: unknown, source: string): TensorPlace {
  const { dtype: code, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  const problem = `the description of tensor ${printable(name)} is wrong`;
  if (typeof code !== 'string' || !isCountList(shape) || !isCountList(offsets) || offsets.length !== 2)
    throw damaged(source, problem);
  if (!Object.hasOwn(STORED_TYPES, code)) {
    throw new CheckpointError(
      'unsupported',
      source,
      `tensor ${printable(name)} has element type ${printable(code)}, which is not read here.`,
    );
  }
  const dtype = STORED_TYPES[code];
  const [begin, end] = offsets;
  if (end - begin !== countOf(shape) * STORED_BYTES[dtype]) throw damaged(source, problem);
  return { dtype, shape, begin, end };
}

/** The tensors must follow each other and fill the file: what lies between or behind them could be anything. */
function refuseGaps(places: TensorPlace[], contentBytes: number, source: string): void {
  let position = 0;
  for (const { begin, end } of places.sort((first, second) => first.begin - second.begin || first.end - second.end)) {
    if (begin !== position) throw damaged(source, 'tensors overlap or leave gaps');
    position = end;
  }
  if (position > contentBytes)
    throw new CheckpointError('truncated', source, 'the file ends within its tensors; copy or download it again.');
  if (position < contentBytes) throw damaged(source, 'there are bytes behind the last tensor');
}

function damaged(source: string, problem: string): CheckpointError {
  return new CheckpointError('damaged', source, `${problem}; copy or download the file again.`);
}
