// Compiled graphs by their contents. Compiling is what takes long; a graph that was compiled before, in this process and with the same
// options, is there at once, also where it was recorded again.
import { TraceError } from './errors';

export interface Disposable {
  dispose(): Promise<void>;
}

interface Entry {
  readonly made: Promise<Disposable>;
  /** Who has it and has not given it back. */
  users: number;
}

export interface SessionCacheOptions {
  /** How many graphs nobody uses are kept, each with its working memory. Default 2. */
  readonly unused?: number;
}

/** Given to `compile`, lets compiled graphs be used again. Frees what nobody uses when it is disposed. */
export class SessionCache {
  /** In the order of last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly unused: number;
  private isDisposed = false;

  constructor({ unused = 2 }: SessionCacheOptions = {}) {
    this.unused = unused;
  }

  /** @internal What is known under `key`, made where nothing is. Must be given back with {@link release}. */
  async take<Made extends Disposable>(key: string, make: () => Promise<Made>): Promise<Made> {
    if (this.isDisposed)
      throw new TraceError('invalid-argument', 'this cache of compiled graphs was disposed; make a new one');
    const entry = this.entries.get(key) ?? { made: make(), users: 0 };
    this.entries.delete(key);
    this.entries.set(key, entry);
    entry.users++;
    try {
      return (await entry.made) as Made;
    } catch (error) {
      this.entries.delete(key);
      throw error;
    }
  }

  /** @internal */
  async release(key: string): Promise<void> {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.users--;
    await this.trim();
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    await this.trim();
  }

  /** Frees those that have not been used for longest. */
  private async trim(): Promise<void> {
    const idle = [...this.entries].filter(([, { users }]) => users === 0);
    const surplus = idle.slice(0, Math.max(0, idle.length - (this.isDisposed ? 0 : this.unused)));
    for (const [key] of surplus) this.entries.delete(key);
    for (const [, { made }] of surplus) await (await made).dispose();
  }
}
