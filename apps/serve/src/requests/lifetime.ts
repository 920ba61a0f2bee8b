// How long a request may work: until its client goes away, its time is over, or the service ends.
import { ApiError } from './api-error';

/** The client has gone; nobody reads an answer any more. */
export class ClientGoneError extends Error {
  override readonly name = 'ClientGoneError';
  readonly code = 'client_gone';

  constructor() {
    super('the client has gone');
  }
}

export class Lifetime {
  private readonly controller = new AbortController();
  private readonly begin = performance.now();
  private readonly timer: NodeJS.Timeout;
  private cleanups: (() => void)[] = [];

  constructor(seconds: number) {
    const message = `the answer took longer than ${seconds} s; ask for less, or try again when the service is less busy`;
    this.timer = setTimeout(() => this.end(new ApiError(504, 'timeout', message)), 1000 * seconds);
    this.timer.unref();
  }

  /** Aborted when the work is to stop. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get seconds(): number {
    return (performance.now() - this.begin) / 1000;
  }

  /** What to do at the end, however it comes. */
  defer(cleanup: () => void): void {
    if (this.signal.aborted) cleanup();
    else this.cleanups.push(cleanup);
  }

  /** The work is done: from now on its client may take its time. */
  relax(): void {
    clearTimeout(this.timer);
  }

  /** Stops what is still under way, and cleans up. */
  end(reason: Error): void {
    clearTimeout(this.timer);
    if (this.signal.aborted) return;
    this.controller.abort(reason);
    this.cleanups.splice(0).forEach((cleanup) => cleanup());
  }
}
