// One place in the pool: a process with a model, started again when it ends, and ended when it hangs. Knows the jobs that it was given.
import { fork, type ChildProcess } from 'node:child_process';
import { ALLOCATOR } from './allocator';
import { EngineError, WorkerLostError, type VoiceDescription } from './engine';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol';
import { Pulse } from './pulse';

/** What a job does with the messages about it. */
export interface JobListener {
  receive(message: Extract<FromWorker, { job: number }>): void;
  fail(error: unknown): void;
}

export interface SlotEvents {
  /** It can, or can no longer, take jobs. */
  change(): void;
  /** Worth a line in the log. */
  note(event: string, details: Record<string, unknown>): void;
}

const FIRST_DELAY_MILLISECONDS = 100;
const LONGEST_DELAY_MILLISECONDS = 5000;
/** A process that has lived so long is not one that cannot start. */
const SETTLED_MILLISECONDS = 10_000;
const STOP_MILLISECONDS = 3000;

/** JavaScript makes little that lives long here; a small nursery keeps a worker small, where V8 would let it grow to 48 MB in each thread. */
const YOUNG_MEBIBYTES = 4;

export interface SlotOptions {
  number: number;
  /** The script that it runs. */
  program: string;
  /** Seconds that it may give no sign of life, or go on with what it was told to stop. */
  timeoutSeconds: number;
  worker: WorkerOptions;
}

export class WorkerSlot {
  voices: VoiceDescription[] = [];
  residentBytes = 0;
  readonly number: number;
  private loaded = false;
  private pulse: Pulse;
  private looking: NodeJS.Timeout | undefined;
  /** Why it was ended, where it hung. */
  private hung: string | undefined;
  private child: ChildProcess | undefined;
  private readonly jobs = new Map<number, JobListener>();
  private stopping = false;
  private delay = FIRST_DELAY_MILLISECONDS;
  private restart: NodeJS.Timeout | undefined;
  private settle: { resolve(): void; reject(error: unknown): void } | undefined;
  /** Settles when the first process is ready, or cannot be. */
  readonly started: Promise<void>;

  constructor(
    private readonly options: SlotOptions,
    private readonly events: SlotEvents,
  ) {
    this.number = options.number;
    this.pulse = new Pulse(options.timeoutSeconds);
    this.started = new Promise((resolve, reject) => (this.settle = { resolve, reject }));
    this.start();
  }

  /** Whether it can take jobs and would begin with them. */
  get ready(): boolean {
    return this.loaded && !this.pulse.isLate;
  }

  get running(): number {
    return this.jobs.size;
  }

  get processId(): number | undefined {
    return this.child?.pid;
  }

  begin(job: number, message: ToWorker, listener: JobListener): void {
    this.jobs.set(job, listener);
    this.send(message);
  }

  send(message: ToWorker): void {
    // What cannot be sent is about a process that has ended; its jobs are told by 'exit'.
    if (this.child?.connected) this.child.send(message, () => {});
  }

  /** Tells it to stop a job; that it has, it says by an answer. */
  cancel(job: number): void {
    if (!this.jobs.has(job)) return;
    this.pulse.expectEnd(job);
    this.send({ kind: 'cancel', job });
  }

  finish(job: number): void {
    this.pulse.ended(job);
    if (this.jobs.delete(job)) this.events.change();
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    clearInterval(this.looking);
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.send({ kind: 'stop' });
    const force = setTimeout(() => child.kill('SIGKILL'), STOP_MILLISECONDS);
    await ended;
    clearTimeout(force);
  }

  private start(): void {
    const begin = performance.now();
    const { program, worker, timeoutSeconds } = this.options;
    const child = fork(program, [JSON.stringify(worker)], {
      serialization: 'advanced',
      // The service's own flags (an inspector's port, say) are not the worker's.
      execArgv: [`--max-semi-space-size=${YOUNG_MEBIBYTES}`],
      env: { ...ALLOCATOR, ...process.env },
    });
    this.child = child;
    this.pulse = new Pulse(timeoutSeconds);
    this.looking = setInterval(() => this.look(child), this.pulse.interval);
    child.on('message', (message) => this.receive(message as FromWorker));
    // 'error' without a process has no 'exit' after it.
    child.on('error', (error) => child.pid === undefined && this.ended(begin, { reason: error.message }));
    child.on('exit', (code, signal) => this.ended(begin, { exitCode: code, signal }));
  }

  /** Ends a process that hangs; what becomes of its jobs, its end says. */
  private look(child: ChildProcess): void {
    const wasReady = this.ready;
    const reason = this.pulse.look(!this.loaded);
    if (reason !== undefined && this.hung === undefined) {
      this.hung = reason;
      this.loaded = false;
      this.events.note('worker hangs', { worker: this.number, pid: child.pid, reason });
      child.kill('SIGKILL');
    }
    if (this.ready !== wasReady) this.events.change();
  }

  private receive(message: FromWorker): void {
    const wasLate = this.pulse.isLate;
    this.pulse.beat();
    if (wasLate) this.events.change();
    switch (message.kind) {
      case 'ready':
        this.voices = message.voices;
        this.loaded = true;
        this.settle?.resolve();
        this.settle = undefined;
        this.events.note('worker ready', { worker: this.number, pid: this.processId });
        return this.events.change();
      case 'failed': {
        const { name, code, message: reason, isUserError } = message.error;
        this.settle?.reject(new EngineError(name, code, reason, { isUserError }));
        this.settle = undefined;
        return this.events.note('worker failed', { worker: this.number, reason });
      }
      case 'vitals':
        this.residentBytes = message.residentBytes;
        return;
      default:
        return this.jobs.get(message.job)?.receive(message);
    }
  }

  private ended(begin: number, details: Record<string, unknown>): void {
    clearInterval(this.looking);
    this.loaded = false;
    this.residentBytes = 0;
    const { hung } = this;
    this.hung = undefined;
    const lost = [...this.jobs.values()];
    this.jobs.clear();
    const what = hung === undefined ? 'ended unexpectedly' : 'hung and was replaced';
    const error = new WorkerLostError(`the process that made this reply ${what}; ask again`);
    for (const job of lost) job.fail(error);
    if (this.stopping) return;
    // The service does not start with a worker that cannot; later it tries again and again.
    if (this.settle) {
      this.settle.reject(new WorkerLostError('a worker process ended before it was ready; see the log'));
      this.settle = undefined;
      return;
    }
    if (performance.now() - begin > SETTLED_MILLISECONDS) this.delay = FIRST_DELAY_MILLISECONDS;
    this.events.note('worker lost', { worker: this.number, jobs: lost.length, hung, ...details });
    this.events.change();
    this.restart = setTimeout(() => this.start(), this.delay);
    this.delay = Math.min(2 * this.delay, LONGEST_DELAY_MILLISECONDS);
  }
}
