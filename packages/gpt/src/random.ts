// A small seeded generator (sfc32, Chris Doty-Humphrey's PractRand), so that a seed always gives the same reply on every machine.

/** Draws from [0, 1). */
export type Random = () => number;

/** A generator of its own for every seed; any whole number will do. */
export function seededRandom(seed: number): Random {
  // The seed's two halves, so that seeds that differ only above 32 bits differ here as well.
  let a = seed >>> 0;
  let b = Math.floor(seed / 0x1_0000_0000) >>> 0;
  let c = 0x9e37_79b9;
  let counter = 1;
  const next = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + result) | 0;
    return result >>> 0;
  };
  // The first outputs of neighbouring seeds resemble each other; the generator's author skips twelve.
  for (let skipped = 0; skipped < 15; skipped++) next();
  return () => next() / 0x1_0000_0000;
}
