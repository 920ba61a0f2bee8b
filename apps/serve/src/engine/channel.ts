// Values that are put in at one place and read at another, in order, with an end or a failure: how messages become an async iterable.

/** An async iterable that is fed from outside; read once. */
export class Channel<T> implements AsyncIterable<T> {
  private readonly values: T[] = [];
  private ended = false;
  private failure: { error: unknown } | undefined;
  private wake: (() => void) | undefined;

  /** @param onLeave called when the reader leaves before the end */
  constructor(private readonly onLeave: () => void = () => {}) {}

  push(value: T): void {
    if (this.ended) return;
    this.values.push(value);
    this.wake?.();
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  /** What was put in before is still read; then the reader gets the error. */
  fail(error: unknown): void {
    if (this.ended) return;
    this.failure = { error };
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    let finished = false;
    try {
      for (;;) {
        if (this.values.length > 0) {
          yield this.values.shift() as T;
          continue;
        }
        if (this.failure) throw this.failure.error;
        if (this.ended) break;
        await new Promise<void>((resolve) => (this.wake = resolve));
        this.wake = undefined;
      }
      finished = true;
    } finally {
      if (!finished && !this.ended) {
        this.end();
        this.onLeave();
      }
    }
  }
}
