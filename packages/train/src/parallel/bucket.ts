// Numbers that are exchanged together, one tensor behind the other in one array: what computes them writes into it, and what reads the sums
// reads from it.
import { elementCount, float32, type HostTensor } from '@gpt-talker/runtime';
import type { Ranks } from './ranks';
import { BucketWire } from './wire';

/** Each tensor begins at a multiple of this many numbers, 64 bytes, as processors like it. */
const ALIGNMENT = 16;

export class Bucket {
  readonly tensors: ReadonlyMap<string, HostTensor>;
  private readonly values: Float32Array;
  private readonly wire: BucketWire;

  constructor(ranks: Ranks, shapes: readonly { name: string; dims: readonly number[] }[]) {
    let length = 0;
    const places = shapes.map(({ name, dims }) => {
      const start = length;
      length += Math.ceil(elementCount(dims) / ALIGNMENT) * ALIGNMENT;
      return { name, dims, start };
    });
    this.values = new Float32Array(Math.ceil(length / ranks.ranks) * ranks.ranks);
    this.tensors = new Map(
      places.map(({ name, dims, start }) => [
        name,
        float32(this.values.subarray(start, start + elementCount(dims)), [...dims]),
      ]),
    );
    this.wire = new BucketWire(ranks.communicator, this.values.length, ranks.wire);
  }

  get bytes(): number {
    return this.values.byteLength;
  }

  /** Replaces all numbers by their sums over all ranks. */
  sum(): Promise<void> {
    return this.wire.sum(this.values);
  }
}
