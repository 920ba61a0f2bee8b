// Conversations in this process's memory, gone with it.
import { LRUCache } from 'lru-cache';
import type { Limits } from '../requests/limits';
import type { ConversationRecord } from './record';
import { changedMeanwhile, conversationGone, type ConversationStore, type SoundChanges } from './store';

interface Entry {
  record: ConversationRecord;
  sounds: Map<string, Uint8Array>;
  bytes: number;
}

/** How often what is too old is looked for: it is to go also where nobody asks for it. */
const LOOK_MILLISECONDS = 30_000;

/** What a record is taken to weigh beside its sounds and numbers. */
const RECORD_BYTES = 2048;

export class MemoryStore implements ConversationStore {
  readonly kind = 'memory';
  private readonly entries: LRUCache<string, Entry>;
  private readonly listeners: ((id: string) => void)[] = [];
  private readonly look: NodeJS.Timeout;

  constructor(limits: Pick<Limits, 'conversations' | 'conversationSeconds' | 'storeBytes'>) {
    this.entries = new LRUCache({
      max: limits.conversations,
      ttl: 1000 * limits.conversationSeconds,
      updateAgeOnGet: true,
      maxSize: limits.storeBytes,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: (_entry, id, reason) => {
        if (reason !== 'set') this.listeners.forEach((listener) => listener(id));
      },
    });
    const every = Math.min(LOOK_MILLISECONDS, 500 * limits.conversationSeconds);
    this.look = setInterval(() => this.entries.purgeStale(), every).unref();
  }

  async create(record: ConversationRecord): Promise<void> {
    this.put(record, new Map());
  }

  async get(id: string): Promise<ConversationRecord | undefined> {
    return this.entries.get(id)?.record;
  }

  async save(record: ConversationRecord, { added = {}, removed = [] }: SoundChanges): Promise<void> {
    const known = this.entries.get(record.id);
    if (!known) throw conversationGone(record.id);
    if (known.record.revision !== record.revision - 1) throw changedMeanwhile(record.id);
    const sounds = new Map([...known.sounds, ...Object.entries(added)]);
    for (const name of removed) sounds.delete(name);
    this.put(record, sounds);
  }

  async sound(id: string, name: string): Promise<Uint8Array | undefined> {
    return this.entries.get(id)?.sounds.get(name);
  }

  async delete(id: string): Promise<boolean> {
    return this.entries.delete(id);
  }

  async deleteOf(user: string): Promise<number> {
    const ids = [...this.entries.entries()].flatMap(([id, { record }]) => (record.user === user ? [id] : []));
    return ids.filter((id) => this.entries.delete(id)).length;
  }

  async count(): Promise<number> {
    this.entries.purgeStale();
    return this.entries.size;
  }

  async ping(): Promise<void> {}

  onForget(listener: (id: string) => void): void {
    this.listeners.push(listener);
  }

  async dispose(): Promise<void> {
    clearInterval(this.look);
    this.listeners.length = 0;
    this.entries.clear();
  }

  private put(record: ConversationRecord, sounds: Map<string, Uint8Array>): void {
    const numbers = [...record.turns, ...record.asides].reduce(
      (sum, { text, tokens }) => sum + 2 * text.length + 8 * (tokens?.length ?? 0),
      0,
    );
    const heard = [...sounds.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
    // The talker's state repeats texts and tokens.
    this.entries.set(record.id, { record, sounds, bytes: RECORD_BYTES + 3 * numbers + heard });
  }
}
