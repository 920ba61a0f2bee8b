// The file format of the English dictionary: sorted words in front-coded blocks, looked up by bisection in the bytes as
// they come out of brotli, so that opening it parses nothing.
//
//   u32 blocks │ u32 words │ u32 offset[blocks] │ blocks of 16 entries
//   entry: u8 letters shared with the word before │ u8 n │ n letters │ u8 readings │ (u8 n │ n phonemes) a reading
//
// A phoneme is a byte: its place in ARPABET.
import { ARPABET } from '../symbols';

const BLOCK_ENTRIES = 16;
const HEADER_BYTES = 8;

/** A word with its pronunciations, the usual one first. */
export interface DictionaryEntry {
  word: string;
  pronunciations: readonly string[][];
}

/** Packs `entries` (printable ASCII words; any order) into the bytes that `PackedDictionary` reads. */
export function packDictionary(entries: readonly DictionaryEntry[]): Uint8Array {
  const sorted = [...entries].sort((a, b) => (a.word < b.word ? -1 : a.word > b.word ? 1 : 0));
  const bytes: number[] = [];
  const offsets: number[] = [];
  let previous = '';
  sorted.forEach(({ word, pronunciations }, index) => {
    if (index % BLOCK_ENTRIES === 0) {
      offsets.push(bytes.length);
      previous = '';
    }
    let shared = 0;
    while (shared < previous.length && previous[shared] === word[shared]) shared++;
    bytes.push(shared, word.length - shared, ...Buffer.from(word.slice(shared), 'latin1'), pronunciations.length);
    for (const phonemes of pronunciations)
      bytes.push(phonemes.length, ...phonemes.map((phoneme) => ARPABET.indexOf(phoneme)));
    previous = word;
  });
  const packed = new Uint8Array(HEADER_BYTES + offsets.length * 4 + bytes.length);
  const view = new DataView(packed.buffer);
  view.setUint32(0, offsets.length, true);
  view.setUint32(4, sorted.length, true);
  offsets.forEach((offset, block) => view.setUint32(HEADER_BYTES + 4 * block, offset, true));
  packed.set(bytes, HEADER_BYTES + offsets.length * 4);
  return packed;
}

/** Read access to packed bytes. */
export class PackedDictionary {
  /** How many words the dictionary has. */
  readonly size: number;
  private readonly blocks: number;
  private readonly offsets: Uint32Array;
  private readonly data: Uint8Array;

  constructor(packed: Uint8Array) {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    this.blocks = view.getUint32(0, true);
    this.size = view.getUint32(4, true);
    this.offsets = Uint32Array.from({ length: this.blocks }, (_, block) =>
      view.getUint32(HEADER_BYTES + 4 * block, true),
    );
    this.data = packed.subarray(HEADER_BYTES + 4 * this.blocks);
  }

  /** All listed pronunciations of `word` (lower case), or undefined. */
  lookup(word: string): string[][] | undefined {
    let low = 0;
    let high = this.blocks - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      const first = this.offsets[middle];
      if (this.compare(word, first + 2, this.data[first + 1]) >= 0) low = middle;
      else high = middle - 1;
    }
    return this.find(word, low);
  }

  /** Every entry, in order of the words. */
  *entries(): Generator<DictionaryEntry> {
    for (let block = 0; block < this.blocks; block++) {
      for (const { word, read } of this.block(block)) yield { word, pronunciations: read() };
    }
  }

  /** Compares `word` with the letters stored at `at`: negative, 0 or positive. */
  private compare(word: string, at: number, length: number): number {
    for (let index = 0; index < length; index++) {
      if (index >= word.length) return -1;
      const difference = word.charCodeAt(index) - this.data[at + index];
      if (difference !== 0) return difference;
    }
    return word.length - length;
  }

  /** Looks through one block without building the words that it passes. */
  private find(word: string, block: number): string[][] | undefined {
    let at = this.offsets[block];
    const end = block + 1 < this.blocks ? this.offsets[block + 1] : this.data.length;
    // How many letters of `word` the entry before shares with it.
    let matched = 0;
    while (at < end) {
      const shared = this.data[at];
      const length = this.data[at + 1];
      if (shared < matched) return undefined; // sorted: the words from here on come after
      if (shared === matched) {
        let same = 0;
        while (
          same < length &&
          matched + same < word.length &&
          word.charCodeAt(matched + same) === this.data[at + 2 + same]
        )
          same++;
        if (same === length && matched + same === word.length) return this.readings(at + 2 + length);
        matched += same;
      }
      at += 2 + length;
      let count = this.data[at++];
      while (count-- > 0) at += 1 + this.data[at];
    }
    return undefined;
  }

  private *block(block: number): Generator<{ word: string; read: () => string[][] }> {
    let at = this.offsets[block];
    const end = block + 1 < this.blocks ? this.offsets[block + 1] : this.data.length;
    let word = '';
    while (at < end) {
      word = word.slice(0, this.data[at]) + this.letters(at + 2, this.data[at + 1]);
      at += 2 + this.data[at + 1];
      const readings = at;
      yield { word, read: () => this.readings(readings) };
      let count = this.data[at++];
      while (count-- > 0) at += 1 + this.data[at];
    }
  }

  private readings(at: number): string[][] {
    const readings: string[][] = [];
    let count = this.data[at++];
    while (count-- > 0) {
      const length = this.data[at];
      readings.push(Array.from(this.data.subarray(at + 1, at + 1 + length), (phoneme) => ARPABET[phoneme]));
      at += 1 + length;
    }
    return readings;
  }

  private letters(at: number, length: number): string {
    let letters = '';
    for (let index = at; index < at + length; index++) letters += String.fromCharCode(this.data[index]);
    return letters;
  }
}
