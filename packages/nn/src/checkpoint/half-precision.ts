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
  const words = new Uint32Array(Float32Array.from(values).buffer);
  return Uint16Array.from(words, (word) => {
    const sign = (word >>> 16) & 0x8000;
    const magnitude = word & 0x7fffffff;
    if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
    if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds beyond 65504
    if (magnitude < 0x38800000) {
      // Below 2⁻¹⁴ a float16 is a multiple of 2⁻²⁴; adding ½ makes the float32 unit round to just that.
      const scratch = new Float32Array(1);
      const scratchBits = new Uint32Array(scratch.buffer);
      scratchBits[0] = magnitude;
      scratch[0] += 0.5;
      return sign | (scratchBits[0] - 0x3f000000);
    }
    return sign | roundOff(magnitude - 0x38000000, 13);
  });
}

/** float32 values → bfloat16 bits, to the nearest, ties to even. */
export function toBfloat16(values: Float32Array): Uint16Array {
  const words = new Uint32Array(Float32Array.from(values).buffer);
  return Uint16Array.from(words, (word) => {
    const isNumber = (word & 0x7fffffff) <= 0x7f800000;
    return isNumber ? roundOff(word, 16) : (word >>> 16) | 0x0040;
  });
}

/** Drops the lowest bits of an unsigned word, to the nearest, ties to even. */
function roundOff(word: number, bits: number): number {
  const half = 2 ** (bits - 1) - 1;
  return (word + half + ((word >>> bits) & 1)) >>> bits;
}
