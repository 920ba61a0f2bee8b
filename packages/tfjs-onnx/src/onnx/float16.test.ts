import * as fc from 'fast-check';

import { float16Bits } from './float16';

function decode(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

test.each([
  [0, 0],
  [-0, 0x8000],
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [65520, 0x7c00],
  [-Infinity, 0xfc00],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -26, 0x0000],
  [1 + 2 ** -11, 0x3c00], // half way: to even
  [1 + 3 * 2 ** -11, 0x3c02],
])('%s', (value, bits) => expect(float16Bits(value)).toBe(bits));

test('every half-precision number is itself', () => {
  for (let bits = 0; bits < 0x7c00; bits++)
    if (float16Bits(decode(bits)) !== bits) throw new Error(`0x${bits.toString(16)} changes`);
});

test('every number becomes the nearest, or one as near', () => {
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
      const bits = float16Bits(value);
      const magnitude = bits & 0x7fff;
      const error = Math.abs(decode(bits) - value);
      for (const neighbour of [magnitude - 1, magnitude + 1]) {
        if (neighbour >= 0 && neighbour < 0x7c00)
          expect(error).toBeLessThanOrEqual(Math.abs(decode((bits & 0x8000) | neighbour) - value));
      }
    }),
  );
});
