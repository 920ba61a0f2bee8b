import * as fc from 'fast-check';
import { type ArrayData, type StoredType } from './array-tensor';
import { portableCrc32 } from './crc32';
import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half-precision';
import { decodeValues, encodeValues } from './stored-values';

describe('float16', () => {
  test('every one of the 65536 survives a way there and back', () => {
    const bits = Uint16Array.from({ length: 0x10000 }, (_, index) => index);
    const back = toFloat16(fromFloat16(bits));
    const isNaNBits = (word: number) => (word & 0x7fff) > 0x7c00;
    expect(bits.filter((word, index) => !isNaNBits(word) && back[index] !== word)).toHaveLength(0);
    expect(bits.filter((word, index) => isNaNBits(word) !== isNaNBits(back[index]))).toHaveLength(0);
  });

  test.each([
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00], // half-way, to even: infinity
    [-1e10, 0xfc00],
    [1 + 2 ** -11, 0x3c00], // half-way, to even: down
    [1 + 3 * 2 ** -11, 0x3c02], // half-way, to even: up
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [3 * 2 ** -25, 0x0002],
    [2 ** -14 - 2 ** -26, 0x0400], // rounds up to the first normal number
    [-0, 0x8000],
  ])('%p is rounded as PyTorch does', (value, expected) => {
    expect(toFloat16(Float32Array.of(value))[0]).toBe(expected);
  });
});

test('bfloat16 is the upper half of a float32, rounded to even', () => {
  expect(Array.from(toBfloat16(Float32Array.of(1, 1 + 2 ** -8, 1 + 3 * 2 ** -8, -Infinity)))).toEqual([
    0x3f80, 0x3f80, 0x3f82, 0xff80,
  ]);
  expect(fromBfloat16(toBfloat16(Float32Array.of(NaN)))[0]).toBeNaN();
  expect(Array.from(fromBfloat16(Uint16Array.of(0xc049)))).toEqual([-3.140625]);
});

describe('values of each type survive storing', () => {
  const cases: [StoredType, ArrayData][] = [
    ['float64', Float32Array.of(0.1, -2e30)],
    ['float32', Float32Array.of(0.1, -2e30)],
    ['float16', Float32Array.of(0.5, -3)],
    ['bfloat16', Float32Array.of(0.5, -3)],
    ['int64', Int32Array.of(-5, 2 ** 31 - 1)],
    ['uint64', Int32Array.of(5, 2 ** 31 - 1)],
    ['int32', Int32Array.of(-5, 6)],
    ['uint32', Int32Array.of(5, 6)],
    ['int16', Int32Array.of(-5, 6)],
    ['uint16', Int32Array.of(60000, 6)],
    ['int8', Int32Array.of(-5, 6)],
    ['uint8', Uint8Array.of(250, 6)],
    ['bool', Uint8Array.of(1, 0)],
  ];
  test.each(cases)('%s', (dtype, data) => {
    const bytes = encodeValues(data, dtype);
    expect(decodeValues(bytes, dtype, 'test')).toEqual(data);
    // At an odd address nothing is aligned, and a Buffer's slice would be no copy.
    const shifted = Buffer.concat([Buffer.of(0), bytes]).subarray(1);
    expect(decodeValues(shifted, dtype, 'test')).toEqual(data);
  });
});

test('the checksum is CRC-32', () => {
  expect(portableCrc32(Buffer.from('123456789'))).toBe(0xcbf43926);
  const { crc32 } = jest.requireActual<{ crc32?: (data: Uint8Array) => number }>('node:zlib');
  if (crc32) fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => portableCrc32(bytes) === crc32(bytes)));
});
