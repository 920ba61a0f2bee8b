// A session without a graph, for tests of what surrounds it: its "logits" depend on every position that it has been shown, and on
// the order, kind, position and role of each, so that a wrong cache or a wrong feed changes the reply. Counts what it computes.
import type { CacheOptions, HostTensor, KvCache, RunOptions, Session, ValueInfo } from '@gpt-talker/runtime';
import { cachePairs, type GptVoice } from '../src/voice';

class CountingCache implements KvCache {
  constructor(
    private readonly session: CountingSession,
    readonly capacity: number,
    private readonly width: number,
    public rows: number[],
  ) {
    session.openCaches++;
  }
  get length(): number {
    return this.rows.length;
  }
  get bytes(): number {
    return Float32Array.BYTES_PER_ELEMENT * this.width * this.capacity;
  }
  async truncate(length: number): Promise<void> {
    this.rows.length = length;
  }
  async fork(): Promise<KvCache> {
    return new CountingCache(this.session, this.capacity, this.width, [...this.rows]);
  }
  async dispose(): Promise<void> {
    this.session.openCaches--;
  }
}

export class CountingSession implements Session {
  readonly inputs: ValueInfo[];
  readonly outputs: ValueInfo[];
  /** Positions computed by each run. */
  readonly runs: number[] = [];
  readonly feeds: Readonly<Record<string, HostTensor>>[] = [];
  openCaches = 0;
  disposed = false;

  constructor(private readonly voice: GptVoice) {
    const pairs = cachePairs(voice.gpt);
    const info = (name: string, dims: (number | string)[]): ValueInfo => ({ name, type: 'float32', dims });
    const names = [
      'ids',
      'kind',
      'positions',
      ...(voice.layout.roles ? ['roles'] : []),
      ...(voice.text.features === 'none' ? [] : ['features']),
    ];
    this.inputs = [
      ...names.map((name) => info(name, [1, 'T'])),
      info('mask', ['T', 'P+T']),
      ...pairs.map(({ input }) => info(input, [1, 'P', 1])),
    ];
    this.outputs = [
      info('logits', [1, voice.semantic.vocabulary]),
      ...pairs.map(({ output }) => info(output, [1, 'T', 1])),
    ];
  }

  async run(
    feeds: Readonly<Record<string, HostTensor>>,
    { fetch, cache, signal }: RunOptions = {},
  ): Promise<Record<string, HostTensor>> {
    signal?.throwIfAborted();
    const { rows } = cache as CountingCache;
    const column = (name: string) => Array.from((feeds[name]?.data ?? []) as Iterable<number>);
    const [ids, kind, positions, roles] = ['ids', 'kind', 'positions', 'roles'].map(column);
    ids.forEach((id, place) =>
      rows.push(id + 1000 * kind[place] + 10_000 * positions[place] + 1_000_000 * (roles[place] ?? 0)),
    );
    this.runs.push(ids.length);
    this.feeds.push(feeds);
    if (!fetch?.includes('logits')) return {};
    return { logits: { type: 'float32', data: this.logits(rows), dims: [1, this.voice.semantic.vocabulary] } };
  }

  async createCache({ pairs, capacity }: CacheOptions): Promise<KvCache> {
    return new CountingCache(
      this,
      capacity,
      pairs.reduce((sum, { width }) => sum + width, 0),
      [],
    );
  }

  async dispose(): Promise<void> {
    this.disposed = true;
  }

  /** Pseudo-random numbers in [-3, 3) that hang on all rows. */
  protected logits(rows: readonly number[]): Float32Array {
    let state = rows.reduce((hash, row) => (Math.imul(hash, 31) + row) | 0, 7);
    return Float32Array.from({ length: this.voice.semantic.vocabulary }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return ((state >>> 8) / 2 ** 24) * 6 - 3;
    });
  }
}
