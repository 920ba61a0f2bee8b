// Who may have the model now, and who waits: a queue with an end. Those who come when it is full are told when to come again.
import type { Engine } from '../engine/engine';
import { ApiError } from './api-error';

interface Waiting {
  admit(): void;
}

/** Seconds that a reply is assumed to take before any has been made. */
const FIRST_GUESS_SECONDS = 2;
const LONGEST_RETRY_SECONDS = 60;

export class Admission {
  private running = 0;
  private busy = 0;
  private countedAt = performance.now();
  private readonly line: Waiting[] = [];
  private usualSeconds = FIRST_GUESS_SECONDS;
  private closed = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly engine: Pick<Engine, 'vitals' | 'onCapacity'>,
    private readonly longestLine: number,
    /** Told how long each one waited, in seconds. */
    private readonly waited: (seconds: number) => void = () => undefined,
  ) {
    engine.onCapacity(() => this.admitNext());
  }

  get waitingCount(): number {
    return this.line.length;
  }

  get runningCount(): number {
    return this.running;
  }

  /** Seconds that places were taken, all of them together: divided by the capacity and by the time, how busy the service was. */
  get busySeconds(): number {
    this.count(0);
    return this.busy;
  }

  private count(change: number): void {
    const now = performance.now();
    this.busy += (this.running * (now - this.countedAt)) / 1000;
    this.countedAt = now;
    this.running += change;
  }

  /**
   * Waits for a turn.
   * @returns what to call when done
   * @throws ApiError 429 when too many wait, 503 when the service is stopping; the signal's reason
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.closed) throw stopping();
    signal.throwIfAborted();
    const came = performance.now();
    if (this.running >= this.engine.vitals().capacity || this.line.length > 0) await this.wait(signal);
    else this.count(1);
    const begin = performance.now();
    this.waited((begin - came) / 1000);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.count(-1);
      this.usualSeconds += 0.1 * ((performance.now() - begin) / 1000 - this.usualSeconds);
      this.admitNext();
      if (this.running === 0 && this.line.length === 0) this.idle.splice(0).forEach((resolve) => resolve());
    };
  }

  /** Lets nobody in any more; resolves when those who are in, or wait, are done. */
  close(): Promise<void> {
    this.closed = true;
    if (this.running === 0 && this.line.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  /** How long until somebody who comes now would probably be served. */
  get retrySeconds(): number {
    const capacity = Math.max(1, this.engine.vitals().capacity);
    const seconds = Math.ceil(((this.line.length + 1) * this.usualSeconds) / capacity);
    return Math.min(LONGEST_RETRY_SECONDS, Math.max(1, seconds));
  }

  private wait(signal: AbortSignal): Promise<void> {
    if (this.line.length >= this.longestLine) {
      const seconds = this.retrySeconds;
      const message = `${this.line.length} requests wait already; try again in ${seconds} s`;
      throw new ApiError(429, 'too_busy', message, null, { 'Retry-After': String(seconds) });
    }
    return new Promise((resolve, reject) => {
      const waiting = {
        admit: () => {
          signal.removeEventListener('abort', leave);
          this.count(1);
          resolve();
        },
      };
      const leave = () => {
        this.line.splice(this.line.indexOf(waiting), 1);
        reject(signal.reason);
        if (this.running === 0 && this.line.length === 0) this.idle.splice(0).forEach((done) => done());
      };
      signal.addEventListener('abort', leave, { once: true });
      this.line.push(waiting);
    });
  }

  private admitNext(): void {
    while (this.line.length > 0 && this.running < this.engine.vitals().capacity) this.line.shift()?.admit();
  }
}

export function stopping(): ApiError {
  return new ApiError(503, 'stopping', 'the service is stopping; try again in a few seconds', null, {
    'Retry-After': '5',
  });
}
