// Random numbers that depend on their name alone: the same seed and epoch give the same batches on every machine.
import { createHash } from 'node:crypto';

/** Numbers in [0, 1), from what names the generator. */
export function randomFor(...name: readonly (string | number)[]): () => number {
  const digest = createHash('sha256').update(name.join('/')).digest();
  let [a, b, c, d] = [0, 4, 8, 12].map((at) => digest.readInt32LE(at));
  // sfc32 (Chris Doty-Humphrey, PractRand)
  return () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle<T>(values: T[], random: () => number): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [values[last], values[other]] = [values[other], values[last]];
  }
  return values;
}
