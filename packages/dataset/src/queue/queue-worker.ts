// Takes tasks from a queue and does them in worker threads of this process. BullMQ sees to the rest: a task whose worker is killed has a lock
// that nobody renews, and goes to another.
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { type Job, type Worker } from 'bullmq';
import { DatasetError } from '../errors';
import { FOLDERS } from '../store/layout';
import { type StepResult } from '../pipeline/chunk';
import { createRunner, type Runner } from '../pipeline/runner';
import { type Task } from '../pipeline/task';
import { appears } from './appears';
import { BLOCK_SECONDS, RedisPlace } from './connection';
import { failureText, isInside, parseTask, pathsOf, type Answer } from './job';
import { loadQueueLibraries, type Bullmq } from './libraries';
import { PREFIX, QUEUE_VERSION, queueName } from './names';
import { Presence, type Party } from './presence';

export interface QueueWorkerOptions {
  /** redis://HOST:PORT */
  url: string;
  /** Tasks that are done at once, each in a thread of its own; 0 does one in this thread. */
  workers: number;
  /** Only paths in these folders are read and written; all unless given. */
  folders?: readonly string[];
  /** Whether a task may name a JavaScript module as its tools, which is run. Default: no. */
  modules?: boolean;
  /** Ends when no run has been there for so long; never unless given. */
  idleSeconds?: number;
  /** Seconds after which a worker that says nothing is given up. Default 15. */
  lockSeconds?: number;
  /** Told in one line about every task. */
  onTask?: (done: TaskNote) => void;
  /** Finishes what has been begun, then ends. */
  signal?: AbortSignal;
}

export interface TaskNote {
  step: Task['step'];
  turns: number;
  seconds: number;
  recognised: boolean;
  tookSeconds: number;
}

const LOCK_SECONDS = 15;
/** BullMQ's own 15 s is long for a Redis that was restarted. */
const RETRY_MILLISECONDS = 1000;
/** A task that has ended this many workers is itself the reason. */
const MOST_STALLED = 8;
/** Of these, another attempt may end better: a disk that was full, a folder that is slow to show what others wrote. */
const PASSING: readonly string[] = ['output', 'prepared'];

/**
 * Works until it is stopped, idle for too long, or of no use.
 * @throws DatasetError `queue` where there is no Redis, where all work is another version's, or where this machine lacks what tasks need
 */
export async function runQueueWorker(options: QueueWorkerOptions): Promise<void> {
  const { bullmq, redis } = await loadQueueLibraries();
  const place = new RedisPlace(options.url, redis);
  const runner = await createRunner(options.workers);
  try {
    await new QueueWorker(bullmq, place, runner, options).run();
  } finally {
    await runner.close();
    await place.close();
  }
}

class QueueWorker {
  private readonly name = `${os.hostname()}:${process.pid}`;
  private end!: () => void;
  private fail!: (error: Error) => void;
  private readonly ended = new Promise<void>((resolve, reject) => ([this.end, this.fail] = [resolve, reject]));
  private idleSince = performance.now();

  constructor(
    private readonly bullmq: Bullmq,
    private readonly place: RedisPlace,
    private readonly runner: Runner,
    private readonly options: QueueWorkerOptions,
  ) {}

  async run(): Promise<void> {
    const { signal, lockSeconds = LOCK_SECONDS } = this.options;
    const me: Party = {
      kind: 'worker',
      id: randomUUID(),
      version: QUEUE_VERSION,
      host: os.hostname(),
      pid: process.pid,
      threads: this.threads,
    };
    const client = await this.place.client();
    const presence = new Presence(client, me, (parties) => this.meet(parties));
    let worker: Worker | undefined;
    try {
      this.refuseOthers(await presence.begin());
      worker = new this.bullmq.Worker(queueName(QUEUE_VERSION), (job, token) => this.perform(job, token as string), {
        connection: client,
        prefix: PREFIX,
        concurrency: this.threads,
        lockDuration: 1000 * lockSeconds,
        stalledInterval: 1000 * Math.max(1, lockSeconds / 3),
        maxStalledCount: MOST_STALLED,
        runRetryDelay: RETRY_MILLISECONDS,
        drainDelay: BLOCK_SECONDS,
        name: this.name,
      });
      // Redis is away, or a task's lock was lost to another worker: the one is waited for, the other does it.
      worker.on('error', () => undefined);
      if (signal?.aborted) this.end();
      signal?.addEventListener('abort', this.end, { once: true });
      await this.ended;
    } finally {
      signal?.removeEventListener('abort', this.end);
      await worker?.close();
      await presence.end();
    }
  }

  private get threads(): number {
    return Math.max(1, this.options.workers);
  }

  private async perform(job: Job, token: string): Promise<Answer> {
    const begin = performance.now();
    try {
      const task = parseTask(job.data);
      this.refusePaths(task);
      await this.seeFolder(task.settings.output);
      const result = await this.runner.run(task);
      this.note(task, result, (performance.now() - begin) / 1000);
      return { ...result, worker: this.name, threads: this.threads };
    } catch (error) {
      if (error instanceof DatasetError && error.code === 'queue') {
        // This machine is at fault, not the task: another may do it, and this one would only take more of them.
        this.fail(error);
        await job.moveToWait(token);
        throw new this.bullmq.WaitingError();
      }
      const text = failureText(error, this.name);
      const passes = !(error instanceof DatasetError) || PASSING.includes(error.code);
      throw passes ? new Error(text, { cause: error }) : new this.bullmq.UnrecoverableError(text);
    } finally {
      this.idleSince = performance.now();
    }
  }

  private note({ step }: Task, { turns, seconds, recognised }: StepResult, tookSeconds: number): void {
    this.options.onTask?.({ step, turns, seconds, recognised, tookSeconds });
  }

  private meet(parties: readonly Party[]): void {
    try {
      this.refuseOthers(parties);
    } catch (error) {
      this.fail(error as Error);
    }
    const { idleSeconds = Infinity } = this.options;
    if (parties.some(({ kind, version }) => kind === 'run' && version === QUEUE_VERSION))
      this.idleSince = performance.now();
    if ((performance.now() - this.idleSince) / 1000 > idleSeconds) this.end();
  }

  /** @throws DatasetError where there is work, but none that this version can do */
  private refuseOthers(parties: readonly Party[]): void {
    const runs = parties.filter(({ kind }) => kind === 'run');
    if (runs.length === 0 || runs.some(({ version }) => version === QUEUE_VERSION)) return;
    const [{ version, host }] = runs;
    throw new DatasetError(
      'queue',
      `${this.place.name}: the work there is version ${version}'s (from ${host}), and this is ${QUEUE_VERSION}; install the same on all machines`,
    );
  }

  private refusePaths(task: Task): void {
    const { folders, modules = false } = this.options;
    const outside = folders && pathsOf(task).find((file) => !isInside(file, folders));
    if (outside !== undefined) {
      throw new DatasetError(
        'queue',
        `${outside}: outside of ${folders?.join(', ')}, which is all that this worker may use`,
      );
    }
    const { speech, textFeatures } = task.settings;
    const runs = [speech, textFeatures].some((spec) => spec && 'kind' in spec && spec.kind === 'module');
    if (runs && !modules) {
      throw new DatasetError('queue', 'a task names a module to be run; start the worker so that it may (modules)');
    }
  }

  /** @throws DatasetError where the output folder, which the run has made, is not there */
  private async seeFolder(output: string): Promise<void> {
    if (await appears(path.join(output, FOLDERS.manifest))) return;
    throw new DatasetError('queue', `${output}: not there on this machine; let it see the same folders as the others`);
  }
}
