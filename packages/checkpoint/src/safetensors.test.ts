import * as fc from 'fast-check';
import { CheckpointError, readSafetensors, writeSafetensors, type ArrayTensor, type StoredType } from './index';

/** A file with any header. */
function fileOf(header: unknown, contentBytes: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, Buffer.alloc(contentBytes)]);
}

function codeOf(bytes: Uint8Array): string {
  try {
    readSafetensors(bytes, 'w.safetensors');
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    expect(error.message).toMatch(/^w\.safetensors: [^\n]+$/);
    return error.code;
  }
  return 'none';
}

const float = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

test('tensors and metadata come back', () => {
  const tensors = new Map<string, ArrayTensor>([
    ['bytes', { shape: [3], dtype: 'uint8', data: Uint8Array.of(1, 2, 3) }],
    ['a.weight', { shape: [2, 1], dtype: 'float32', data: Float32Array.of(1.5, -2) }],
    ['half', { shape: [], dtype: 'float16', data: Float32Array.of(0.5) }],
    ['__proto__', { shape: [1], dtype: 'int64', data: Int32Array.of(-7) }],
    ['empty', { shape: [0, 4], dtype: 'float32', data: new Float32Array() }],
  ]);
  const file = readSafetensors(writeSafetensors(tensors, { origin: 'test' }));
  expect(file.metadata).toEqual({ origin: 'test' });
  expect([...file.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
  for (const [name, tensor] of tensors) expect(file.tensors.get(name)).toEqual(tensor);
});

test('any tensors come back', () => {
  const types: StoredType[] = ['float32', 'bfloat16', 'int64', 'bool'];
  const entry = fc.tuple(fc.string(), fc.constantFrom(...types), fc.array(fc.constantFrom(0, 1), { maxLength: 5 }));
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const tensors = new Map<string, ArrayTensor>();
      for (const [name, dtype, values] of entries) {
        const holder = dtype === 'bool' ? Uint8Array : dtype === 'int64' ? Int32Array : Float32Array;
        if (name !== '__metadata__') tensors.set(name, { shape: [values.length], dtype, data: holder.from(values) });
      }
      const back = readSafetensors(writeSafetensors(tensors)).tensors;
      expect(back.size).toBe(tensors.size);
      for (const [name, tensor] of tensors) expect(back.get(name)).toEqual(tensor);
    }),
  );
});

test('a tensor whose values do not fit its shape is not written', () => {
  const tensors = new Map<string, ArrayTensor>([['a', { shape: [3], dtype: 'float32', data: Float32Array.of(1) }]]);
  expect(() => writeSafetensors(tensors)).toThrow('a has 1 values for shape [3]');
});

test.each([
  ['a gap', 'damaged', fileOf({ a: float(0, 4), b: float(8, 12) }, 12)],
  ['an overlap', 'damaged', fileOf({ a: float(0, 8), b: float(4, 12) }, 12)],
  ['two names for one place', 'damaged', fileOf({ a: float(0, 4), b: float(0, 4) }, 4)],
  ['bytes that belong to nothing', 'damaged', fileOf({ a: float(0, 4) }, 8)],
  ['too few bytes', 'truncated', fileOf({ a: float(0, 8) }, 4)],
  ['a shape of another size', 'damaged', fileOf({ a: float(0, 8, [3]) }, 8)],
  ['a shape beyond all numbers', 'damaged', fileOf({ a: float(0, 8, [2 ** 52, 2 ** 52]) }, 8)],
  ['a negative length', 'damaged', fileOf({ a: float(0, 4, [-1, -1]) }, 4)],
  ['offsets in reverse', 'damaged', fileOf({ a: { dtype: 'F32', shape: [0], data_offsets: [4, 0] } }, 4)],
  ['an unknown type', 'unsupported', fileOf({ a: { dtype: 'F8_E4M3', shape: [4], data_offsets: [0, 4] } }, 4)],
  [
    'a type named like a method',
    'unsupported',
    fileOf({ a: { dtype: 'toString', shape: [4], data_offsets: [0, 4] } }, 4),
  ],
  ['an entry that is null', 'damaged', fileOf({ a: null }, 0)],
  ['metadata that are not text', 'damaged', fileOf({ __metadata__: { a: 1 } }, 0)],
  ['a broken header', 'damaged', fileOf('{"a":', 0)],
  ['a header of 2^60 bytes', 'too-large', Buffer.concat([Buffer.of(0, 0, 0, 0, 0, 0, 0, 16), Buffer.from('{}')])],
  ['a header beyond the file', 'truncated', Buffer.concat([Buffer.of(99, 0, 0, 0, 0, 0, 0, 0), Buffer.from('{}')])],
  ['no header at all', 'not-a-checkpoint', Buffer.from('PK')],
])('%s is refused', (_, code, bytes) => {
  expect(codeOf(bytes)).toBe(code);
});
