// What one side makes and the other reads, each at its own pace, as long as the maker is not too far ahead: a queue that is an async
// iterator, and whose `push` waits where it is full.

export interface QueueOptions<T> {
  /** As much as this may wait to be read; one item always may. */
  capacity: number;
  /** What an item takes of it; default 1. */
  sizeOf?: (item: T) => number;
}

export class BoundedQueue<T> implements AsyncIterableIterator<T> {
  private readonly items: T[] = [];
  private held = 0;
  private readers: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void }[] = [];
  private makers: (() => void)[] = [];
  private ending: { error?: unknown; failed: boolean } | undefined;
  private readonly capacity: number;
  private readonly sizeOf: (item: T) => number;

  constructor({ capacity, sizeOf = () => 1 }: QueueOptions<T>) {
    this.capacity = capacity;
    this.sizeOf = sizeOf;
  }

  /**
   * Adds an item; after the end, nothing happens.
   * @returns when there is room for more, or nobody reads any more
   */
  async push(item: T): Promise<void> {
    if (this.ending) return;
    const reader = this.readers.shift();
    if (reader) return reader.resolve({ done: false, value: item });
    this.items.push(item);
    this.held += this.sizeOf(item);
    while (this.held > this.capacity && !this.ending) await new Promise<void>((resolve) => this.makers.push(resolve));
  }

  /** Nothing follows; what is queued can still be read. */
  end(): void {
    this.close({ failed: false });
  }

  /** Nothing follows and nothing that is queued is read: readers are told of the error, or, without one, that this is the end. */
  cut(failure?: { error: unknown }): void {
    this.items.length = 0;
    this.held = 0;
    this.close(failure ? { failed: true, error: failure.error } : { failed: false });
  }

  /** How many items wait to be read. */
  get length(): number {
    return this.items.length;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    if (this.items.length > 0) {
      const value = this.items.shift()!;
      this.held -= this.sizeOf(value);
      this.wakeMakers();
      return { done: false, value };
    }
    if (!this.ending) return new Promise((resolve, reject) => this.readers.push({ resolve, reject }));
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
    const { readers } = this;
    this.readers = [];
    for (const reader of readers) {
      if (ending.failed) reader.reject(ending.error);
      else reader.resolve({ done: true, value: undefined });
    }
    this.wakeMakers();
  }

  private wakeMakers(): void {
    const { makers } = this;
    this.makers = [];
    for (const wake of makers) wake();
  }
}
