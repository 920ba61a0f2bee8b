// Who computes the next token. Replies that are being made at the same time share a step where the voice has a graph for that: its
// weights are then read once for all of them. Replies join and leave between steps, and each gets what it would get alone.
import { type KvCache, type Session } from '@gpt-talker/runtime';
import { joinTokenFeeds, type Feeds } from './feeds';
import { LOGITS } from './voice';

/** A graph that computes a step of several replies. */
export interface SharedStep {
  session: Session;
  /** How many it takes. */
  size: number;
}

interface Row {
  feeds: Feeds;
  cache: KvCache;
  resolve(logits: Float32Array): void;
  reject(reason: unknown): void;
}

export class TokenSteps {
  private waiting: Row[] = [];
  private isComputing = false;
  private isGathering = false;
  /** Replies that are being made. */
  private speaking = 0;

  constructor(
    private readonly session: Session,
    private readonly shared?: SharedStep,
  ) {}

  /** Says that a reply begins; what is returned, that it has ended. */
  enter(): () => void {
    this.speaking++;
    return () => void this.speaking--;
  }

  /**
   * One token of one reply: its logits.
   * @param feeds of one position
   * @param cache the reply's own; the position's rows are appended to it, also where the reply is aborted meanwhile
   */
  async next(feeds: Feeds, cache: KvCache, signal?: AbortSignal): Promise<Float32Array> {
    if (!this.shared) return this.alone(feeds, cache, signal);
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const forget = () => signal?.removeEventListener('abort', abort);
      const row: Row = {
        feeds,
        cache,
        resolve: (logits) => (forget(), resolve(logits)),
        reject: (reason) => (forget(), reject(reason as Error)),
      };
      const abort = () => {
        this.waiting = this.waiting.filter((other) => other !== row);
        row.reject(signal!.reason);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiting.push(row);
      this.gather();
    });
  }

  private async alone(feeds: Feeds, cache: KvCache, signal?: AbortSignal): Promise<Float32Array> {
    const { logits } = await this.session.run(feeds, { fetch: [LOGITS], cache, signal });
    return logits.data as Float32Array;
  }

  /** Begins a step where all who speak wait for one; else when those who are about to ask have asked. */
  private gather(): void {
    if (this.isComputing || this.waiting.length === 0) return;
    if (this.waiting.length >= Math.min(this.speaking, this.shared!.size)) return void this.step();
    if (this.isGathering) return;
    this.isGathering = true;
    setImmediate(() => {
      this.isGathering = false;
      if (!this.isComputing && this.waiting.length > 0) void this.step();
    });
  }

  private async step(): Promise<void> {
    const rows = this.waiting.splice(0, this.shared!.size);
    this.isComputing = true;
    try {
      if (rows.length === 1) rows[0].resolve(await this.alone(rows[0].feeds, rows[0].cache));
      else await this.together(rows);
    } catch (error) {
      for (const { reject } of rows) reject(error);
    }
    this.isComputing = false;
    this.gather();
  }

  private async together(rows: readonly Row[]): Promise<void> {
    const { session, size } = this.shared!;
    const places = Array.from({ length: size }, (_, place): Row | undefined => rows[place]);
    const feeds = joinTokenFeeds(places.map((row) => row?.feeds));
    const { logits } = await session.run(feeds, { fetch: [LOGITS], caches: places.map((row) => row?.cache) });
    const vocabulary = logits.dims[1];
    const all = logits.data as Float32Array;
    rows.forEach(({ resolve }, place) => resolve(all.slice(place * vocabulary, (place + 1) * vocabulary)));
  }
}
