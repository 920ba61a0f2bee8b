// float16 (IEEE 754 binary16) and bfloat16 to and from float32: Node 20 has no Float16Array.

let halfTable: Float32Array | undefined;

/** Every float16 by its 16 bits, computed once. */
function halves(): Float32Array {
  if (halfTable) return halfTable;
  halfTable = new Float32Array(0x10000);
  for (let bits = 0; bits < 0x10000; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 0x1f;
    const fraction = bits & 0x3ff;
    if (exponent === 0x1f) halfTable[bits] = fraction ? NaN : sign * Infinity;
    else if (exponent === 0) halfTable[bits] = sign * fraction * 2 ** -24;
    else halfTable[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halfTable;
}

/** float16 bits → float32 values. */
export function fromFloat16(bits: Uint16Array): Float32Array {
  const table = halves();
  const values = new Float32Array(bits.length);
  for (let index = 0; index < bits.length; index++) values[index] = table[bits[index]];
  return values;
}

/** bfloat16 bits → float32 values: the upper half of a float32. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let index = 0; index < bits.length; index++) wide[index] = bits[index] << 16;
  return new Float32Array(wide.buffer);
}

/** float32 values → float16 bits, to the nearest, ties to even. Too large a value becomes infinite, as in PyTorch. */
export function toFloat16(values: Float32Array): Uint16Array {
  const halfBits = new Uint16Array(values.length);
  // One number seen as a float and as its bits.
  const number = new Float32Array(1);
  const word = new Uint32Array(number.buffer);
  for (let index = 0; index < values.length; index++) {
    number[0] = values[index];
    const sign = (word[0] >>> 16) & 0x8000;
    const magnitude = word[0] & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      halfBits[index] = sign | 0x7e00; // not a number
    } else if (magnitude >= 0x477ff000) {
      halfBits[index] = sign | 0x7c00; // rounds beyond 65504
    } else if (magnitude < 0x38800000) {
      // Below 2⁻¹⁴ a float16 is a multiple of 2⁻²⁴; adding ½ makes the float32 unit round to just that.
      number[0] = Math.abs(number[0]) + 0.5;
      halfBits[index] = sign | (word[0] - 0x3f000000);
    } else {
      halfBits[index] = sign | roundOff(magnitude - 0x38000000, 13);
    }
  }
  return halfBits;
}

/** float32 values → bfloat16 bits, to the nearest, ties to even. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const halfBits = new Uint16Array(values.length);
  const words = new Uint32Array(Float32Array.from(values).buffer);
  for (let index = 0; index < words.length; index++) {
    const isNumber = (words[index] & 0x7fffffff) <= 0x7f800000;
    halfBits[index] = isNumber ? roundOff(words[index], 16) : (words[index] >>> 16) | 0x0040;
  }
  return halfBits;
}

/** Drops the lowest bits of an unsigned word, to the nearest, ties to even. */
function roundOff(word: number, bits: number): number {
  const half = 2 ** (bits - 1) - 1;
  return (word + half + ((word >>> bits) & 1)) >>> bits;
}
