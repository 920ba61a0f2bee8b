// Where tasks are done: in worker threads (Tinypool), or in this thread. `../queue` has one more: on other machines.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatasetError } from '../errors';
import { type StepResult } from './chunk';
import { performTask, type Task, type TaskAnswer } from './task';

export interface Runner {
  /** How many tasks are worth having under way. */
  readonly concurrency: number;
  /** @throws DatasetError */
  run(task: Task): Promise<StepResult>;
  /** Who does the tasks, where it is not this process. */
  crew?(): CrewMember[];
  close(): Promise<void>;
}

/** A process that takes tasks, and what it has done of this run. */
export interface CrewMember {
  host: string;
  pid: number;
  /** Tasks that it does at once. */
  threads: number;
  tasks: number;
  turns: number;
  /** Of sound, once for each step. */
  seconds: number;
}

/** Beside the package's entry in its build; there is none when the sources run as they are. */
const WORKER = path.join(__dirname, 'worker.js');

/** @param workers 0: in this thread */
export async function createRunner(workers: number): Promise<Runner> {
  if (!Number.isInteger(workers) || workers < 0) {
    throw new DatasetError('option', `workers is ${workers}; give a whole number of at least 0`);
  }
  if (workers === 0) {
    return { concurrency: 1, run: async (task) => resultOf(await performTask(task)), close: async () => undefined };
  }
  if (!existsSync(WORKER)) {
    throw new DatasetError('option', `${WORKER}: the worker is not built; run \`npm run bundle\` or use 0 workers`);
  }
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({ filename: WORKER, minThreads: 1, maxThreads: workers, idleTimeout: 30_000 });
  return {
    // One more than there are threads, so that none waits for this one.
    concurrency: workers + 1,
    run: async (task) => resultOf((await pool.run(task)) as TaskAnswer),
    close: () => pool.destroy(),
  };
}

function resultOf(answer: TaskAnswer): StepResult {
  if ('result' in answer) return answer.result;
  throw new DatasetError(answer.failure.code, answer.failure.message);
}

/** Applies `work` to every value, several at a time; results come in the order of the values. */
export async function* mapConcurrently<T, R>(
  values: AsyncIterable<T> | Iterable<T>,
  concurrency: number,
  work: (value: T) => Promise<R>,
): AsyncGenerator<R> {
  const pending: Promise<R>[] = [];
  try {
    for await (const value of values) {
      const result = work(value);
      result.catch(() => undefined); // it is awaited in its turn; until then a failure must not end the process
      pending.push(result);
      if (pending.length >= concurrency) yield await pending.shift()!;
    }
    while (pending.length > 0) yield await pending.shift()!;
  } finally {
    // After an error the others are waited for, so that nothing goes on behind the caller's back.
    await Promise.allSettled(pending);
  }
}
