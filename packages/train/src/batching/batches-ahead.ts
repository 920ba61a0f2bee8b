// Batches that a thread of their own makes while steps are computed: reading, resampling, pitch, spectrograms and the random numbers of
// dropout. What a batch holds is a function of its step alone, so it is the same no matter where and when it is made.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { withPrepared } from '@gpt-talker/dataset';
import type { Batch } from '../engine/engine';
import type { NoiseCount } from '../engine/noise';
import type { StageBatches, StepBatches } from '../run/stage';
import {
  errorOf,
  failureOf,
  type BatchPlan,
  type NoiseAnswer,
  type NoiseQuestion,
  type Opened,
  type Reply,
  type Request,
} from './messages';
import { openBatches } from './open-batches';

/** Beside the package's entry in its build; there is none when the sources run as they are. */
const WORKER = path.join(__dirname, 'batch-worker.js');

/** Enough that one is done when its step is quicker than it. */
const DEFAULT_PREFETCH = 2;

/**
 * Opens the batches of a run, and lets go of them when `use` is done.
 * @param count how many random numbers the dropout of a batch takes; called in this thread
 * @param prefetch steps whose batches another thread makes ahead; 0: this one makes them, when their step has come. Default 2, or 0 where
 *   the package is not built.
 * @throws DatasetError, TrainingDataError; and what `use` throws
 */
export async function withBatches<T>(
  plan: BatchPlan,
  count: NoiseCount,
  prefetch: number | undefined,
  use: (batches: StageBatches) => Promise<T>,
): Promise<T> {
  if ((prefetch ?? (existsSync(WORKER) ? DEFAULT_PREFETCH : 0)) === 0)
    return withPrepared(plan.prepared, async (corpus) => use(await openBatches(corpus, plan, count)));
  const worker = new Worker(WORKER, { name: 'batches' });
  try {
    return await use(await BatchesAhead.open(worker, plan, count, prefetch));
  } finally {
    await worker.terminate();
  }
}

/** What leads to the thread that makes the batches. */
export type BatchesPort = Pick<Worker, 'on' | 'postMessage'>;

type Settled = { resolve: (value: never) => void; reject: (error: Error) => void };

export class BatchesAhead implements StageBatches {
  private opened: Opened = { stepsPerEpoch: 0, totalSteps: 0 };
  private lastId = 0;
  private readonly waiting = new Map<number, Settled>();
  /** By step: those that are being made, and those that wait for their step. */
  private readonly steps = new Map<number, Promise<StepBatches>>();

  private constructor(
    private readonly port: BatchesPort,
    private readonly count: NoiseCount,
    private readonly prefetch: number,
  ) {
    port.on('message', (message: Reply | NoiseQuestion) => {
      if ('question' in message) void this.answer(message);
      else this.settle(message);
    });
    port.on('error', (error: Error) => this.fail(error));
    port.on('exit', () => this.fail(new Error('The thread that makes the batches has ended.')));
  }

  static async open(
    port: BatchesPort,
    plan: BatchPlan,
    count: NoiseCount,
    prefetch = DEFAULT_PREFETCH,
  ): Promise<BatchesAhead> {
    const batches = new BatchesAhead(port, count, prefetch);
    batches.opened = await batches.ask<Opened>({ want: 'open', plan });
    return batches;
  }

  get stepsPerEpoch(): number {
    return this.opened.stepsPerEpoch;
  }

  get totalSteps(): number {
    return this.opened.totalSteps;
  }

  validation(): Promise<Batch[]> {
    return this.ask({ want: 'validation' });
  }

  at(step: number): Promise<StepBatches> {
    const last = step + this.prefetch;
    for (const known of this.steps.keys()) if (known < step || known > last) this.steps.delete(known);
    for (let next = step; next <= last; next++) if (!this.steps.has(next)) this.steps.set(next, this.make(next));
    const made = this.steps.get(step)!;
    // Its memory is the caller's from now on.
    this.steps.delete(step);
    return made;
  }

  private make(step: number): Promise<StepBatches> {
    const made = this.ask<StepBatches>({ want: 'step', step });
    // What goes wrong is told when the step has come.
    made.catch(() => undefined);
    return made;
  }

  private ask<Result>(request: OwnRequest): Promise<Result> {
    const id = ++this.lastId;
    return new Promise<Result>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.post({ id, ...request } as Request);
    });
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('failure' in reply) waiting?.reject(errorOf(reply.failure));
    else waiting?.resolve(reply.result as never);
  }

  private async answer({ question, inputs }: NoiseQuestion): Promise<void> {
    try {
      this.post({ question, count: await this.count(inputs) });
    } catch (error) {
      this.post({ question, failure: failureOf(error) });
    }
  }

  private post(message: Request | NoiseAnswer): void {
    this.port.postMessage(message);
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

type OwnRequest = Request extends infer Each ? (Each extends Request ? Omit<Each, 'id'> : never) : never;
