// Session and KvCache as the calling thread sees them: names for numbers that the worker knows.
import { RuntimeError } from './errors';
import { cacheBytes, type CacheOptions, type KvCache, type RunOptions, type Session } from './session-types';
import type { HostTensor, ValueInfo } from './tensors';
import type { Request, RunResult } from './worker-protocol';

export interface SendOptions {
  signal?: AbortSignal;
  /** Makes the request that undoes this one, in case it is aborted when it has already begun. */
  undo?: () => Request | undefined;
}

/** The worker as its sessions reach it: a SessionHost. */
interface RequestQueue {
  nextNumber(): number;
  send(request: Request, options?: SendOptions): Promise<unknown>;
}

const ignore = (): void => {};

export class HostedSession implements Session {
  private disposal: Promise<void> | undefined;

  constructor(
    readonly host: RequestQueue,
    private readonly number: number,
    readonly inputs: readonly ValueInfo[],
    readonly outputs: readonly ValueInfo[],
  ) {}

  async run(
    feeds: Readonly<Record<string, HostTensor>>,
    { fetch, cache, caches, signal }: RunOptions = {},
  ): Promise<Record<string, HostTensor>> {
    this.checkOpen();
    const rows = cache && this.own(cache);
    const several = caches?.map((one) => one && this.hosted(one));
    const numbers = several?.map((one) => one?.number);
    const { outputs, lengths } = (await this.host.send(
      { operation: 'run', session: this.number, feeds: postable(feeds), fetch, cache: rows?.number, caches: numbers },
      { signal, undo: rows && (() => ({ operation: 'truncate-cache', cache: rows.number, length: rows.length })) },
    )) as RunResult;
    (several ?? [rows]).forEach((one, index) => one && (one.length = lengths[index]));
    return outputs;
  }

  async createCache(options: CacheOptions): Promise<KvCache> {
    this.checkOpen();
    const cache = this.host.nextNumber();
    await this.host.send({ operation: 'create-cache', session: this.number, cache, options });
    return new HostedKvCache(this.host, this, cache, options, 0);
  }

  dispose(): Promise<void> {
    // A host that has been disposed, or has failed, has freed its sessions already.
    return (this.disposal ??= this.host
      .send({ operation: 'release-session', session: this.number })
      .then(ignore, ignore));
  }

  private checkOpen(): void {
    if (this.disposal) throw new RuntimeError('disposed', 'the session has been disposed; load the model again');
  }

  private hosted(cache: KvCache): HostedKvCache {
    if (cache instanceof HostedKvCache && cache.session.host === this.host) return cache;
    throw new RuntimeError('cache', 'the caches of one run must be of one host; load both graphs into it');
  }

  private own(cache: KvCache): HostedKvCache {
    if (cache instanceof HostedKvCache && cache.session === this) return cache;
    throw new RuntimeError(
      'cache',
      'the cache belongs to another session; create it with createCache of the session that runs',
    );
  }
}

class HostedKvCache implements KvCache {
  private disposal: Promise<void> | undefined;

  constructor(
    private readonly host: RequestQueue,
    readonly session: HostedSession,
    readonly number: number,
    private readonly options: Pick<CacheOptions, 'pairs' | 'capacity'>,
    public length: number,
  ) {}

  get capacity(): number {
    return this.options.capacity;
  }

  get bytes(): number {
    return this.disposal ? 0 : cacheBytes(this.length, this.options);
  }

  async truncate(length: number): Promise<void> {
    await this.host.send({ operation: 'truncate-cache', cache: this.number, length });
    this.length = length;
  }

  async fork(): Promise<KvCache> {
    const copy = this.host.nextNumber();
    await this.host.send({ operation: 'fork-cache', cache: this.number, copy });
    return new HostedKvCache(this.host, this.session, copy, this.options, this.length);
  }

  dispose(): Promise<void> {
    return (this.disposal ??= this.host.send({ operation: 'release-cache', cache: this.number }).then(ignore, ignore));
  }
}

function postable(feeds: Readonly<Record<string, HostTensor>>): Record<string, HostTensor> {
  const copies: Record<string, HostTensor> = {};
  for (const name in feeds) {
    const { type, data, dims } = feeds[name];
    copies[name] = { type, data: exactCopy(data as Uint8Array), dims };
  }
  return copies;
}

/** Bytes in a buffer of their own: posting a view would copy the whole buffer behind it. */
export function exactCopy<View extends { buffer: ArrayBufferLike; byteLength: number; slice(): View }>(
  view: View,
): View {
  return view.byteLength === view.buffer.byteLength ? view : view.slice();
}
