// The ranks of a distributed run, and what they say to each other besides gradients.
import { availableParallelism, hostname } from 'node:os';
import type { TrainingState } from '../engine/state';
import type { Position } from '../run/checkpoint';
import type { Communicator } from './communicator';
import { ParallelError } from './errors';
import { connectOpenMpi, isStartedByMpi } from './open-mpi';
import type { Shard } from './shard';
import { threadsOf } from './threads';
import type { Wire } from './wire';

export interface RanksOptions {
  /** What gradients are on the wire; default float32. */
  wire?: Wire;
  /**
   * Into how many buckets a step's gradients are cut; the exchange of one goes on while those after it are computed. Default 1: nothing
   * overlaps, and nothing is kept for that.
   */
  buckets?: number;
}

export class Ranks implements Shard {
  readonly rank: number;
  readonly ranks: number;
  readonly wire: Wire;
  readonly buckets: number;

  private constructor(
    readonly communicator: Communicator,
    /** The host of each rank. */
    readonly hosts: readonly string[],
    /** Processor threads of this rank, where it is not told otherwise. */
    readonly threads: number,
    { wire = 'float32', buckets = 1 }: RanksOptions,
  ) {
    this.rank = communicator.rank;
    this.ranks = communicator.size;
    this.wire = wire;
    this.buckets = buckets;
  }

  static async of(communicator: Communicator, options: RanksOptions = {}): Promise<Ranks> {
    const own = JSON.stringify({ host: hostname(), ...threadsOf() });
    const all = (await gatherTexts(communicator, own)).map((text) => JSON.parse(text) as ReturnType<typeof threadsOf>);
    const hosts = all.map((found) => (found as { host?: string }).host ?? '');
    const me = all[communicator.rank];
    // Ranks that may use the same processors share them; those that mpirun bound to their own have these.
    const sharing = all.filter(({ mask }, rank) => mask === me.mask && hosts[rank] === hosts[communicator.rank]);
    const threads = Math.max(1, Math.floor((me.cores || availableParallelism()) / sharing.length));
    return new Ranks(communicator, hosts, threads, options);
  }

  get isFirst(): boolean {
    return this.rank === 0;
  }

  /** How this rank is called in messages. */
  get title(): string {
    return `rank ${this.rank} of ${this.ranks} on ${this.hosts[this.rank]}`;
  }

  /** Is it so on any rank? */
  async any(flag: boolean): Promise<boolean> {
    const found = Float64Array.of(flag ? 1 : 0);
    await this.communicator.max(found);
    return found[0] > 0;
  }

  /** The texts of all ranks. */
  texts(own: string): Promise<string[]> {
    return gatherTexts(this.communicator, own);
  }

  /** Gives rank 0's state to all: what each begins with, wherever it came from. */
  async share(state: TrainingState, position: Position): Promise<Position> {
    for (const [, { data }] of [...state.tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const { buffer, byteOffset, byteLength } = data as Float32Array;
      await this.communicator.broadcast(new Uint8Array(buffer, byteOffset, byteLength));
    }
    return JSON.parse((await this.texts(JSON.stringify(position)))[0]) as Position;
  }

  /**
   * Whether all ranks have the same.
   * @param what it is, for the message
   * @param how to fix it
   * @throws ParallelError `ranks-differ`, on all of them
   */
  async same(value: string, what: string, how: string): Promise<void> {
    const all = await this.texts(value);
    const other = all.findIndex((text) => text !== all[0]);
    if (other < 0) return;
    const message = `rank ${other} on ${this.hosts[other]} sees another ${what} than rank 0 on ${this.hosts[0]} (${all[other]}, not ${all[0]}); ${how}`;
    throw new ParallelError('ranks-differ', message);
  }
}

/** Each rank's own text, in the order of ranks. */
async function gatherTexts(communicator: Communicator, own: string): Promise<string[]> {
  const bytes = Buffer.from(own);
  const length = Float64Array.of(bytes.length);
  await communicator.max(length);
  // Texts end where JSON's and file names' never go on: at a zero.
  const padded = new Uint8Array(length[0] + 1);
  padded.set(bytes);
  const all = Buffer.from(await communicator.gather(padded));
  return Array.from({ length: communicator.size }, (_, rank) => {
    const part = all.subarray(rank * padded.length, (rank + 1) * padded.length);
    return part.toString('utf8', 0, part.indexOf(0));
  });
}

/**
 * Joins the ranks that `mpirun` has started.
 * @returns undefined where this process was started alone
 * @throws ParallelError saying what is missing
 */
export async function joinRanks(options: RanksOptions = {}): Promise<Ranks | undefined> {
  if (!isStartedByMpi()) return undefined;
  const communicator = await connectOpenMpi();
  if (communicator.size > 1) return Ranks.of(communicator, options);
  communicator.close();
  return undefined;
}
