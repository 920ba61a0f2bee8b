// A small seeded generator of random numbers (Mulberry32), so that a codebook fitted twice is the same one.

/** A function that gives the next number in [0, 1). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` different whole numbers below `limit`, in random order (the beginning of a Fisher–Yates shuffle). */
export function drawDistinct(count: number, limit: number, random: () => number): Uint32Array {
  const numbers = Uint32Array.from({ length: limit }, (_, i) => i);
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(random() * (limit - i));
    [numbers[i], numbers[other]] = [numbers[other], numbers[i]];
  }
  return numbers.subarray(0, count);
}
