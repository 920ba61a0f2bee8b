// What one side makes and the other reads, each at its own pace: an unbounded queue that is an async iterator.

export class AsyncQueue<T> implements AsyncIterableIterator<T> {
  private readonly items: T[] = [];
  private waiting: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void }[] = [];
  private ending: { error?: unknown; failed: boolean } | undefined;

  /** Adds an item; after the end, nothing happens. */
  push(item: T): void {
    if (this.ending) return;
    const reader = this.waiting.shift();
    if (reader) reader.resolve({ done: false, value: item });
    else this.items.push(item);
  }

  /** Nothing follows; what is queued can still be read. */
  end(): void {
    this.close({ failed: false });
  }

  /** Nothing follows and nothing that is queued is read: readers are told of the error, or, without one, that this is the end. */
  cut(failure?: { error: unknown }): void {
    this.items.length = 0;
    this.close(failure ? { failed: true, error: failure.error } : { failed: false });
  }

  /** How many items wait to be read. */
  get length(): number {
    return this.items.length;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.items.length > 0) return { done: false, value: this.items.shift()! };
    if (!this.ending) return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
    if (this.ending.failed) throw this.ending.error;
    return { done: true, value: undefined };
  }

  /** The reader has had enough. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.cut();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private close(ending: { error?: unknown; failed: boolean }): void {
    // A failure overrides an end that has not been read yet: the sound behind it is not to be heard.
    if (this.ending && !ending.failed) return;
    this.ending = ending;
    const readers = this.waiting;
    this.waiting = [];
    for (const reader of readers) {
      if (ending.failed) reader.reject(ending.error);
      else reader.resolve({ done: true, value: undefined });
    }
  }
}
