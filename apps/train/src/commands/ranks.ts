// A command as one of several ranks: what `mpirun` starts, and how it ends with one line, whichever rank fails.
import { setTimeout as pause } from 'node:timers/promises';
import type { Ranks, RanksOptions } from '@gpt-talker/train';
import { reportFailure } from '../failure';

/** Between the words of one rank and those of the next: the first one to print ends the others. */
const PAUSE_MILLISECONDS = 300;
const MOST_PAUSES = 10;

/** Before MPI can say. */
const rankByEnvironment = (): number =>
  Number(process.env.OMPI_COMM_WORLD_RANK ?? process.env.PMIX_RANK ?? process.env.PMI_RANK ?? 0);

/**
 * Does something alone, or where `mpirun` started this process, as one of its ranks.
 * @param stop asks for an end after the step that is computed, on all ranks
 */
export async function asRank(
  options: RanksOptions,
  stop: () => void,
  work: (ranks: Ranks | undefined) => Promise<void>,
): Promise<void> {
  let ranks: Ranks | undefined;
  try {
    const { joinRanks } = await import('@gpt-talker/train');
    ranks = await joinRanks(options);
    if (!ranks) return await work(undefined);
    watchSignals(ranks, stop);
    await work(ranks);
    ranks.communicator.close();
  } catch (error) {
    const rank = ranks?.rank ?? rankByEnvironment();
    // What is wrong for all is said by the first alone: it ends the others.
    await pause(Math.min(rank, MOST_PAUSES) * PAUSE_MILLISECONDS);
    if (ranks && rank > 0 && error instanceof Error) error.message = `${ranks.title}: ${error.message}`;
    if (!ranks) throw error;
    reportFailure(error);
    ranks.communicator.abort(Number(process.exitCode));
  }
}

/** `mpirun` hands SIGUSR2 on to all ranks; SIGTERM it sends them a second before it kills them, because another one has ended. */
function watchSignals(ranks: Ranks, stop: () => void): void {
  process.once('SIGUSR2', stop);
  process.removeAllListeners('SIGTERM').once('SIGTERM', () => {
    if (ranks.isFirst)
      process.stderr.write(
        'gpt-talker-train: ended by mpirun: another rank has ended, or mpirun was told to stop; go on with --resume\n',
      );
    process.kill(process.pid, 'SIGKILL');
  });
}
