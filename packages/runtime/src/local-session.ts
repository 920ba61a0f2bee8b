// The same session in the calling thread, for training and tools: results can be written into tensors that the caller
// keeps (double buffering of optimiser state), at the price of an event loop that stands still meanwhile.
import { RuntimeError, type RuntimeErrorCode } from './errors';
import type { GraphSession, KvStore } from './graph-session-module';
import { graphSessions } from './graph-sessions';
import {
  cacheBytes,
  type CacheOptions,
  type KvCache,
  type RunOptions,
  type Session,
  type SessionOptions,
} from './session-types';
import type { HostTensor, ValueInfo } from './tensors';

export interface LocalRunOptions extends RunOptions {
  /**
   * Tensors to write outputs into, by output name. They come back as they were passed in; without `fetch`, only they are
   * computed. An output tensor must not share memory with a feed.
   */
  into?: Readonly<Record<string, HostTensor>>;
}

/** A session in the calling thread. */
export interface LocalSession extends Session {
  run(feeds: Readonly<Record<string, HostTensor>>, options?: LocalRunOptions): Promise<Record<string, HostTensor>>;
}

/**
 * Loads a graph from an `.onnx` file or its bytes, to be run in this thread.
 * @throws RuntimeError `model-file`, `model-invalid` or `execution-provider`.
 */
export async function openLocalSession(
  source: string | Uint8Array,
  options: SessionOptions = {},
): Promise<LocalSession> {
  const { GraphSession } = graphSessions();
  return new InThreadSession(await mapped(() => GraphSession.open(source, options)));
}

class InThreadSession implements LocalSession {
  /** Runs of one session never overlap: a cache must be appended to before it is fed again. */
  private last: Promise<unknown> = Promise.resolve();
  private disposal: Promise<void> | undefined;

  constructor(private readonly graph: GraphSession) {}

  get inputs(): readonly ValueInfo[] {
    return this.graph.inputs;
  }

  get outputs(): readonly ValueInfo[] {
    return this.graph.outputs;
  }

  run(
    feeds: Readonly<Record<string, HostTensor>>,
    { fetch, into, cache, caches, signal }: LocalRunOptions = {},
  ): Promise<Record<string, HostTensor>> {
    const result = this.last.then(() => {
      signal?.throwIfAborted();
      this.checkOpen();
      const store = cache && this.own(cache).open();
      const stores = caches?.map((one) => one && inThread(one).open());
      return mapped(() => this.graph.run(feeds, { fetch, into, store, stores }));
    });
    this.last = result.catch(() => undefined);
    return result;
  }

  async createCache(options: CacheOptions): Promise<KvCache> {
    this.checkOpen();
    return new InThreadKvCache(this, await mapped(async () => this.graph.createStore(options)));
  }

  dispose(): Promise<void> {
    return (this.disposal ??= this.last.then(() => this.graph.release()));
  }

  private checkOpen(): void {
    if (this.disposal) throw new RuntimeError('disposed', 'the session has been disposed; load the model again');
  }

  private own(cache: KvCache): InThreadKvCache {
    if (cache instanceof InThreadKvCache && cache.session === this) return cache;
    throw new RuntimeError(
      'cache',
      'the cache belongs to another session; create it with createCache of the session that runs',
    );
  }
}

function inThread(cache: KvCache): InThreadKvCache {
  if (cache instanceof InThreadKvCache) return cache;
  throw new RuntimeError('cache', 'the caches of a run in this thread must be of sessions in this thread');
}

class InThreadKvCache implements KvCache {
  private store: KvStore | undefined;
  readonly capacity: number;

  constructor(
    readonly session: InThreadSession,
    store: KvStore,
  ) {
    this.store = store;
    this.capacity = store.capacity;
  }

  get length(): number {
    return this.store?.length ?? 0;
  }

  get bytes(): number {
    return this.store ? cacheBytes(this.store.length, this.store) : 0;
  }

  async truncate(length: number): Promise<void> {
    await mapped(async () => this.open().truncate(length));
  }

  async fork(): Promise<KvCache> {
    return new InThreadKvCache(this.session, this.open().fork());
  }

  async dispose(): Promise<void> {
    this.store = undefined;
  }

  open(): KvStore {
    if (this.store) return this.store;
    throw new RuntimeError('disposed', 'the cache has been disposed; create another');
  }
}

/** Turns the coded errors of the plain JavaScript side into RuntimeError. */
async function mapped<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RuntimeError) throw error;
    const { code, message } = error as Error & { code?: RuntimeErrorCode };
    throw new RuntimeError(code ?? 'run', message);
  }
}
