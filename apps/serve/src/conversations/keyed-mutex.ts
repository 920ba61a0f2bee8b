// One after another: requests about the same thing wait for each other, in order, and not too many of them.
import { ApiError } from '../requests/api-error';

export class KeyedMutex {
  private readonly tails = new Map<string, { last: Promise<void>; length: number }>();

  constructor(private readonly longest: number) {}

  /**
   * Waits until everybody who came before is done with `key`.
   * @returns what to call when done
   * @throws ApiError 429 where too many wait; the signal's reason
   */
  async enter(key: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const tail = this.tails.get(key) ?? { last: Promise.resolve(), length: 0 };
    if (tail.length >= this.longest) {
      const message = `${tail.length} requests wait for this conversation already; wait for their answers`;
      throw new ApiError(429, 'conversation_busy', message, 'id', { 'Retry-After': '2' });
    }
    const before = tail.last;
    let done = (): void => {};
    tail.last = new Promise((resolve) => (done = resolve));
    tail.length++;
    this.tails.set(key, tail);
    const leave = () => {
      done();
      if (--tail.length === 0) this.tails.delete(key);
    };
    try {
      await settled(before, signal);
    } catch (error) {
      // Later callers still wait for those before.
      void before.then(leave);
      throw error;
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      leave();
    };
  }
}

/** Resolves with the promise, rejects with the signal. */
function settled(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(() => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
  });
}
