// float32 ↔ float16 by tables (van der Zijp, "Fast half float conversions"), a few nanoseconds a number: a conversion that took longer than
// the bytes that it saves would be no use. Rounds to the nearest.

const EXPONENTS = 512;
const base = new Uint16Array(EXPONENTS);
const shift = new Uint8Array(EXPONENTS);
for (let index = 0; index < EXPONENTS; index++) {
  const sign = (index & 0x100) << 7;
  const exponent = (index & 0xff) - 127;
  // Below the smallest, denormal, normal, too large, and what is no number.
  const [bits, places] =
    exponent < -25
      ? [0, 31]
      : exponent < -14
        ? [0, -exponent - 1]
        : exponent <= 15
          ? [(exponent + 15) << 10, 13]
          : [0x7c00, exponent < 128 ? 31 : 13];
  base[index] = sign | bits;
  shift[index] = places;
}

const numbers = new Float32Array(65536);
for (let bits = 0; bits < numbers.length; bits++) {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  numbers[bits] = bits & 0x8000 ? -size : size;
}

/** The values times `scale`, as float16. */
export function toFloat16(values: Float32Array, scale: number, into: Uint16Array): void {
  const number = new Float32Array(1);
  const bits = new Uint32Array(number.buffer);
  for (let index = 0; index < values.length; index++) {
    number[0] = values[index] * scale;
    const float = bits[0];
    const row = float >>> 23;
    const places = shift[row];
    // Denormals get the one that normal numbers do not write.
    const fraction = (float & 0x7fffff) | (places > 13 && places < 31 ? 0x800000 : 0);
    // What is cut off is half or more: one up; a carry goes into the exponent, as it should.
    const kept = places === 31 ? 0 : (fraction + (1 << (places - 1))) >>> places;
    into[index] = base[row] + kept;
  }
}

/** Adds the float16 numbers, divided by the scale, to the values. */
export function addFloat16(values: Float32Array, halves: Uint16Array, scale: number): void {
  const factor = 1 / scale;
  for (let index = 0; index < values.length; index++) values[index] += numbers[halves[index]] * factor;
}

/** The float16 numbers divided by the scale. */
export function fromFloat16(halves: Uint16Array, scale: number, into: Float32Array): void {
  const factor = 1 / scale;
  for (let index = 0; index < into.length; index++) into[index] = numbers[halves[index]] * factor;
}
