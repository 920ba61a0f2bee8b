// A small seeded generator of random numbers: every draw in the house comes from one that the caller passes, and its state
// can be saved, so that a resumed run continues bit for bit. The algorithm is xoshiro128** (Blackman & Vigna, 2018), seeded by splitmix32.

/** The four words that a {@link Random} consists of, as stored in a checkpoint. */
export type RandomState = [number, number, number, number];

/** Seeded pseudo-random numbers. Not for secrets. */
export class Random {
  #words: RandomState;

  constructor(seed: number | RandomState) {
    this.#words = typeof seed === 'number' ? expandSeed(seed) : [...seed];
  }

  /** A copy of the generator's state; `new Random(state)` continues the same sequence. */
  get state(): RandomState {
    return [...this.#words];
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const words = this.#words;
    const result = Math.imul(rotateLeft(Math.imul(words[1], 5), 7), 9) >>> 0;
    const shifted = words[1] << 9;
    words[2] ^= words[0];
    words[3] ^= words[1];
    words[1] ^= words[2];
    words[0] ^= words[3];
    words[2] ^= shifted;
    words[3] = rotateLeft(words[3], 11);
    return result;
  }

  /** Uniform in [0, 1), a multiple of 2⁻²⁴, so that it stays below 1 when it is stored as a float32. */
  uniform(): number {
    return (this.bits() >>> 8) / 0x1000000;
  }

  /** A whole number from 0 to `limit` − 1. */
  integer(limit: number): number {
    return Math.floor((this.bits() / 0x100000000) * limit);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** `count` uniform numbers: what a `Noise` is made from. */
  uniforms(count: number): Float32Array {
    const values = new Float32Array(count);
    // The same as `uniform` each time; with the words in variables it takes a third of the time, and dropout takes millions.
    let [a, b, c, d] = this.#words;
    for (let index = 0; index < count; index++) {
      const mixed = Math.imul(b, 5);
      values[index] = (Math.imul((mixed << 7) | (mixed >>> 25), 9) >>> 8) / 0x1000000;
      const shifted = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= shifted;
      d = (d << 11) | (d >>> 21);
    }
    this.#words = [a, b, c, d];
    return values;
  }
}

/** A generator of its own for each name under one seed, so that adding a parameter does not change the others' values. */
export function randomForName(seed: number, name: string): Random {
  let hash = 0x811c9dc5 ^ seed; // FNV-1a over the name's UTF-16 units
  for (let index = 0; index < name.length; index++) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return new Random(hash >>> 0);
}

function expandSeed(seed: number): RandomState {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  return [next(), next(), next(), next()];
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
