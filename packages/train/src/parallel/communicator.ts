// What a distributed run asks of the processes that it consists of. Every rank makes the same calls in the same order.

export interface Communicator {
  /** This process, counted from 0. */
  readonly rank: number;
  readonly size: number;
  /** What carries the messages, for people. */
  readonly name: string;
  /** Replaces the numbers by their sum over all ranks, the same bit for bit on each. The array is not to be touched until then. */
  sum(values: Float64Array): Promise<void>;
  /** Replaces the numbers by the largest of all ranks'. */
  max(values: Float64Array): Promise<void>;
  /** The bytes of every rank, one array behind the other; each gives equally many. */
  gather(bytes: Uint8Array): Promise<Uint8Array>;
  /** The same into an existing array, as many times as long as there are ranks. */
  gatherInto(bytes: Uint8Array, all: Uint8Array): Promise<void>;
  /** Part `i` of the bytes, cut into equal parts, goes to rank `i`; what comes from rank `i` is part `i` of the result. */
  exchange(bytes: Uint8Array, into: Uint8Array): Promise<void>;
  /** Replaces the bytes by those of rank 0. */
  broadcast(bytes: Uint8Array): Promise<void>;
  /** Ends all ranks at once. */
  abort(exitCode: number): never;
  /** Says goodbye; when all have, each may end. */
  close(): void;
}
