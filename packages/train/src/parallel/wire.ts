// How a bucket of gradients gets from one rank to all, as float32, or as float16, half the bytes: every rank gets a part of the bucket from all,
// sums it in float32, and gives the sum to all, which is as many messages and bytes as a sum of MPI's own takes. That one has no float16, and
// as float32 it was some ten times slower between ranks of one host (findings/openmpi-allreduce-large.sh).
import type { Communicator } from './communicator';
import { addFloat16, fromFloat16, toFloat16 } from './float16';

export const WIRES = ['float32', 'float16'] as const;
export type Wire = (typeof WIRES)[number];

/** Largest magnitude on the wire: so much below float16's 65504 that sums of many ranks stay below it, too. */
const LARGEST = 2 ** 14;

/** Numbers of a bucket that are on their way at once, as float32: what has come is summed while it is still in a processor's cache. */
const PIECE = 2 ** 20;

export class BucketWire {
  private readonly got: Float32Array;
  private readonly halves: { given: Uint16Array; got: Uint16Array; sums: Uint16Array; all: Uint16Array } | undefined;
  private readonly part: Float32Array;

  /** @param length numbers of a bucket; a multiple of the number of ranks */
  constructor(
    private readonly communicator: Communicator,
    length: number,
    wire: Wire,
  ) {
    const part = length / communicator.size;
    const piece = Math.min(part, Math.ceil(PIECE / communicator.size));
    this.got = new Float32Array(wire === 'float32' ? piece * communicator.size : 0);
    this.part = new Float32Array(wire === 'float32' ? piece : part);
    const make = (count: number) => new Uint16Array(count);
    if (wire === 'float16')
      this.halves = { given: make(length), got: make(length), sums: make(part), all: make(length) };
  }

  /** Replaces the bucket by its sum over all ranks. */
  async sum(bucket: Float32Array): Promise<void> {
    const { communicator, halves, part } = this;
    if (!halves) return this.sumPieces(bucket);
    const scale = await this.commonScale(bucket);
    // What is no finite number has no scale: the sum is to say so, on all ranks.
    if (scale === undefined) {
      bucket.fill(NaN);
      return;
    }
    toFloat16(bucket, scale, halves.given);
    await communicator.exchange(bytesOf(halves.given), bytesOf(halves.got));
    part.fill(0);
    for (let rank = 0; rank < communicator.size; rank++)
      addFloat16(part, halves.got.subarray(rank * part.length, (rank + 1) * part.length), scale);
    const summed = scale / communicator.size;
    toFloat16(part, summed, halves.sums);
    await communicator.gatherInto(bytesOf(halves.sums), bytesOf(halves.all));
    fromFloat16(halves.all, summed, bucket);
  }

  private async sumPieces(bucket: Float32Array): Promise<void> {
    const { communicator, got, part } = this;
    for (let start = 0; start < bucket.length; start += got.length) {
      const piece = bytesOf(bucket.subarray(start, start + got.length));
      const count = piece.length / Float32Array.BYTES_PER_ELEMENT / communicator.size;
      await communicator.exchange(piece, bytesOf(got).subarray(0, piece.length));
      const sums = part.subarray(0, count);
      sums.set(got.subarray(0, count));
      for (let rank = 1; rank < communicator.size; rank++) {
        const given = got.subarray(rank * count, (rank + 1) * count);
        for (let index = 0; index < count; index++) sums[index] += given[index];
      }
      await communicator.gatherInto(bytesOf(sums), piece);
    }
  }

  /** The power of two that brings the largest number of all ranks near to what float16 can hold, so that the small ones are not lost. */
  private async commonScale(bucket: Float32Array): Promise<number | undefined> {
    let largest = 0;
    let isFinite = true;
    for (let index = 0; index < bucket.length; index++) {
      const size = Math.abs(bucket[index]);
      if (size > largest) largest = size;
      else if (size !== size) isFinite = false;
    }
    const found = Float64Array.of(isFinite ? largest : Infinity);
    await this.communicator.max(found);
    if (!Number.isFinite(found[0])) return undefined;
    return found[0] === 0 ? 1 : 2 ** Math.floor(Math.log2(LARGEST / found[0]));
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
