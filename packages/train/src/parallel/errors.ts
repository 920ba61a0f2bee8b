// What can go wrong between the ranks of a distributed run.
import { GptTalkerError } from '@gpt-talker/errors';

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

/** Ranks that cannot train together: one line that says why, and what to do. */
export class ParallelError extends GptTalkerError<ParallelErrorCode> {
  override readonly name = 'ParallelError';
}
