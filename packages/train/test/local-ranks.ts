// Ranks within one process, for tests: what Open MPI does between processes, as turns of one event loop.
import type { Communicator } from '../src/parallel/communicator';
import { Ranks, type RanksOptions } from '../src/parallel/ranks';

/** Where all ranks come to with what they give, and leave with what all have given. */
class Meeting {
  private arrived: { given: unknown; leave: (all: unknown[]) => void }[] = [];
  private count = 0;

  constructor(private readonly size: number) {}

  async all<T>(rank: number, given: T): Promise<T[]> {
    return new Promise((leave) => {
      this.arrived[rank] = { given, leave: leave as (all: unknown[]) => void };
      if (++this.count < this.size) return;
      const everyone = this.arrived;
      [this.arrived, this.count] = [[], 0];
      const all = everyone.map((one) => one.given);
      for (const one of everyone) one.leave(all);
    });
  }
}

class LocalCommunicator implements Communicator {
  readonly name = 'one process';
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    readonly rank: number,
    readonly size: number,
    private readonly meeting: Meeting,
  ) {}

  sum(values: Float64Array): Promise<void> {
    return this.reduce(values, (a, b) => a + b);
  }

  max(values: Float64Array): Promise<void> {
    return this.reduce(values, Math.max);
  }

  async gather(bytes: Uint8Array): Promise<Uint8Array> {
    return Buffer.concat(await this.meet(bytes.slice()));
  }

  async gatherInto(bytes: Uint8Array, all: Uint8Array): Promise<void> {
    all.set(await this.gather(bytes));
  }

  async exchange(bytes: Uint8Array, into: Uint8Array): Promise<void> {
    const part = bytes.length / this.size;
    const all = await this.meet(bytes.slice());
    all.forEach((other, rank) => into.set(other.subarray(this.rank * part, (this.rank + 1) * part), rank * part));
  }

  async broadcast(bytes: Uint8Array): Promise<void> {
    bytes.set((await this.meet(bytes.slice()))[0]);
  }

  abort(exitCode: number): never {
    throw new Error(`aborted with ${exitCode}`);
  }

  close(): void {}

  private async reduce(values: Float64Array, operator: (a: number, b: number) => number): Promise<void> {
    const all = await this.meet(Float64Array.from(values));
    for (let index = 0; index < values.length; index++)
      values[index] = all.slice(1).reduce((sum, other) => operator(sum, other[index]), all[0][index]);
  }

  /** Calls of one rank wait for each other, as they do for MPI. */
  private meet<T>(given: T): Promise<T[]> {
    const met = this.last.then(() => this.meeting.all(this.rank, given));
    this.last = met;
    return met;
  }
}

/** Does something as each of this many ranks at once. */
export function asRanks<T>(size: number, work: (ranks: Ranks) => Promise<T>, options?: RanksOptions): Promise<T[]> {
  const meeting = new Meeting(size);
  return Promise.all(
    Array.from({ length: size }, async (_, rank) =>
      work(await Ranks.of(new LocalCommunicator(rank, size, meeting), options)),
    ),
  );
}
