// What can go wrong between the ranks of a distributed run.

export type ParallelErrorCode =
  /** koffi, which calls the C library, is not installed. */
  | 'koffi-missing'
  /** There is no MPI library. */
  | 'mpi-missing'
  /** There is one, but not Open MPI. */
  | 'mpi-other'
  /** A call of MPI failed. */
  | 'mpi'
  /** Ranks do not see the same corpus, configuration or version. */
  | 'ranks-differ'
  /** Distributed training does not do what was asked for. */
  | 'unsupported';

export class ParallelError extends Error {
  constructor(
    readonly code: ParallelErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ParallelError';
  }
}
