// Conversations in Redis, where several services find them and a restart does not lose them; redis-scripts.ts says how they lie there.
import { createHash } from 'node:crypto';
import { RESP_TYPES } from '@redis/client';
import type { Limits } from '../requests/limits';
import { isConversationId } from './ids';
import type { ConversationRecord } from './record';
import { parseRecord } from './record-schema';
import { RedisLink, connectSubscriber, type RedisClient } from './redis-link';
import { COUNT, CREATE, DELETE, DELETE_OF_USER, GET, PROBE, SAVE } from './redis-scripts';
import {
  StoreUnavailableError,
  changedMeanwhile,
  conversationGone,
  conversationUnreadable,
  type ConversationStore,
  type SoundChanges,
} from './store';

const PREFIX = 'gpt-talker:';

export interface RedisStoreOptions {
  limits: Pick<Limits, 'conversations' | 'conversationSeconds'>;
  /** What the names of all keys begin with. */
  prefix?: string;
  /** Told when the connection breaks. */
  onError?: (error: Error) => void;
}

export class RedisStore implements ConversationStore {
  readonly kind = 'redis';
  private readonly listeners: ((id: string) => void)[] = [];

  private constructor(
    private readonly link: RedisLink,
    /** Is told of conversations that any service forgot. */
    private readonly subscriber: RedisClient,
    private readonly prefix: string,
    private readonly limits: RedisStoreOptions['limits'],
  ) {}

  /** @throws Error when there is no Redis at that address */
  static async connect(url: string, { limits, prefix = PREFIX, onError }: RedisStoreOptions): Promise<RedisStore> {
    const link = await RedisLink.connect(url, (error) => onError?.(error));
    // Whose connection breaks with the other's, which is told.
    const subscriber = await connectSubscriber(url);
    const store = new RedisStore(link, subscriber, prefix, limits);
    await subscriber.subscribe(`${prefix}forgotten`, (id) => store.listeners.forEach((listener) => listener(id)));
    return store;
  }

  async create(record: ConversationRecord): Promise<void> {
    const most = String(this.limits.conversations);
    const user = record.user === undefined ? '' : digest(record.user);
    await this.run(CREATE, record.id, JSON.stringify(record), this.seconds, most, user);
  }

  async get(id: string): Promise<ConversationRecord | undefined> {
    const [text, revision] = (await this.run(GET, id, this.seconds)) as [string | null, string | null];
    if (text === null) return undefined;
    const parsed = parseRecord(text, id);
    if ('problem' in parsed) throw conversationUnreadable(id, parsed.problem);
    // Found out when something has been said, it would be too late.
    if (revision !== String(parsed.record.revision)) throw conversationUnreadable(id, 'its sounds are of another time');
    return parsed.record;
  }

  async save(record: ConversationRecord, { added = {}, removed = [] }: SoundChanges): Promise<void> {
    const sounds = Object.entries(added).flatMap(([name, bytes]) => [Buffer.from(name), Buffer.from(bytes)]);
    const values = [record.id, JSON.stringify(record), this.seconds, String(record.revision - 1)];
    const outcome = await this.run(SAVE, ...values, String(removed.length), ...removed, ...sounds);
    if (outcome === 'gone') throw conversationGone(record.id);
    if (outcome === 'changed') throw changedMeanwhile(record.id);
  }

  async sound(id: string, name: string): Promise<Uint8Array | undefined> {
    if (!isConversationId(id)) return undefined;
    const asBytes = (client: RedisClient) => client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    const bytes = this.link.ask((client) => asBytes(client).hGet(`${this.prefix}${id}:sounds`, name));
    return (await answered(bytes, id)) ?? undefined;
  }

  async delete(id: string): Promise<boolean> {
    return isConversationId(id) && Number(await this.run(DELETE, id)) > 0;
  }

  async deleteOf(user: string): Promise<number> {
    return Number(await this.run(DELETE_OF_USER, digest(user)));
  }

  async count(): Promise<number> {
    return Number(await this.run(COUNT));
  }

  async ping(): Promise<void> {
    await this.run(PROBE);
  }

  onForget(listener: (id: string) => void): void {
    this.listeners.push(listener);
  }

  async dispose(): Promise<void> {
    this.listeners.length = 0;
    if (this.subscriber.isReady) await this.subscriber.close();
    else this.subscriber.destroy();
    await this.link.dispose();
  }

  /** Runs a script; its first value is a conversation's id, where it has one. */
  private run(script: string, ...values: (string | Buffer)[]): Promise<unknown> {
    // The client's types know texts only; it sends bytes as they are.
    const all = [this.prefix, ...values].map((value) => Buffer.from(value as string)) as unknown as string[];
    return answered(
      this.link.ask((client) => client.eval(script, { arguments: all })),
      String(values[0]),
    );
  }

  private get seconds(): string {
    return String(Math.ceil(this.limits.conversationSeconds));
  }
}

/** What stands for a user in a key: nothing that a client chose. */
function digest(user: string): string {
  return createHash('sha256').update(user).digest('base64url');
}

/** An answer of Redis; what is wrong with it is said in a way that clients understand. */
async function answered<T>(answer: Promise<T>, id: string): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const said = (error as Error).message;
    if (/\bWRONGTYPE\b/.test(said)) throw conversationUnreadable(id, 'its keys hold something else');
    // Out of memory, a disk that is full, a replica.
    if (/\b(OOM|MISCONF|READONLY|NOREPLICAS)\b/.test(said)) throw new StoreUnavailableError(error, 'store-full');
    throw new StoreUnavailableError(error);
  }
}
