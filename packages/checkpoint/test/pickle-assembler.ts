// Pickles and torch files put together by hand, for what torch.save would not write.
import { writeZip } from '../src/zip-writer';

/** Concatenates opcodes (text) and raw bytes (numbers). */
export function assemble(...parts: (string | number | Uint8Array)[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => {
      if (typeof part === 'number') return [part];
      return typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : [...part];
    }),
  );
}

/** A short text. */
export function text(value: string): Uint8Array {
  return assemble('\x8c', Buffer.byteLength(value), Buffer.from(value));
}

/** A 32-bit integer. */
export function integer(value: number): Uint8Array {
  return assemble('J', new Uint8Array(Int32Array.of(value).buffer));
}

/** A tuple of integers. */
export function tuple(...values: number[]): Uint8Array {
  return assemble('(', ...values.map(integer), 't');
}

/** A tensor over storage `key` with `length` elements. */
export function tensor(options: {
  storage?: string;
  key?: string;
  length: number;
  offset?: number;
  shape: number[];
  strides: number[];
  view?: number;
}): Uint8Array {
  const { storage = 'FloatStorage', key = '0', length, offset = 0, shape, strides, view } = options;
  const viewPart = view === undefined ? assemble() : assemble('(', text('view'), integer(view), integer(1), 't');
  return assemble(
    'ctorch._utils\n_rebuild_tensor_v2\n(',
    ...['(', text('storage'), `ctorch\n${storage}\n`, text(key), text('cpu'), integer(length), viewPart, 'tQ'],
    integer(offset),
    tuple(...shape),
    tuple(...strides),
    '\x89ccollections\nOrderedDict\n)RtR',
  );
}

/** A zip checkpoint around a pickle's body. */
export function torchZip(body: Uint8Array, storages: Record<string, Uint8Array> = {}): Uint8Array {
  return writeZip(
    [
      { name: 'archive/data.pkl', bytes: assemble('\x80\x02', body, '.') },
      ...Object.entries(storages).map(([key, bytes]) => ({ name: `archive/data/${key}`, bytes })),
    ],
    'test',
  );
}

/** A checkpoint in the format before PyTorch 1.6. */
export function torchLegacy(
  body: Uint8Array,
  storages: Record<string, { length: number; bytes: Uint8Array }> = {},
): Uint8Array {
  const entries = Object.entries(storages);
  const pickle = (...parts: (string | number | Uint8Array)[]) => assemble('\x80\x02', ...parts, '.');
  return assemble(
    pickle('\x8a\x0a', 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19),
    pickle(integer(1001)),
    pickle('}(', text('little_endian'), '\x88u'),
    pickle(body),
    pickle('](', ...entries.map(([key]) => text(key)), 'e'),
    ...entries.flatMap(([, { length, bytes }]) => [new Uint8Array(BigInt64Array.of(BigInt(length)).buffer), bytes]),
  );
}

/** float32 values as bytes. */
export function floats(...values: number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}
