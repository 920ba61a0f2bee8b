// Conversations in Redis, where several services find them and a restart does not lose them: a JSON text for each, a hash with its
// sounds and its revision, and a sorted set that knows which was used when. Writes are Lua scripts, so that each happens whole or not at all.
import { RESP_TYPES, createClient } from '@redis/client';
import type { Limits } from '../server/limits';
import type { ConversationRecord } from './record';
import {
  StoreUnavailableError,
  changedMeanwhile,
  conversationGone,
  type ConversationStore,
  type SoundChanges,
} from './store';

/** KEYS record, sounds, index · ARGV id, record, seconds, now, most, prefix: keeps it, and forgets the oldest beyond `most`. */
const CREATE = `
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
redis.call('HSET', KEYS[2], 'revision', 0)
redis.call('EXPIRE', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', ARGV[4] - ARGV[3] * 1000)
local excess = redis.call('ZCARD', KEYS[3]) - ARGV[5]
local gone = {}
if excess > 0 then
  gone = redis.call('ZRANGE', KEYS[3], 0, excess - 1)
  for _, id in ipairs(gone) do
    redis.call('DEL', ARGV[6] .. id, ARGV[6] .. id .. ':sounds')
    redis.call('ZREM', KEYS[3], id)
  end
end
return gone`;

/** KEYS record, sounds, index · ARGV id, seconds, now. */
const GET = `
local record = redis.call('GETEX', KEYS[1], 'EX', ARGV[2])
if record then
  redis.call('EXPIRE', KEYS[2], ARGV[2])
  redis.call('ZADD', KEYS[3], ARGV[3], ARGV[1])
end
return record`;

/** KEYS record, sounds, index · ARGV id, record, seconds, now, revision it must follow, number removed, removed…, name, bytes… */
const SAVE = `
local revision = redis.call('HGET', KEYS[2], 'revision')
if not revision then return 'gone' end
if revision ~= ARGV[5] then return 'changed' end
redis.call('HSET', KEYS[2], 'revision', ARGV[5] + 1)
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
local removed = tonumber(ARGV[6])
for i = 7, 6 + removed do redis.call('HDEL', KEYS[2], ARGV[i]) end
for i = 7 + removed, #ARGV, 2 do redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[2], ARGV[3])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[1])
return 'ok'`;

const CONNECT_MILLISECONDS = 5000;
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
    private readonly client: ReturnType<typeof makeClient>,
    private readonly prefix: string,
    private readonly limits: RedisStoreOptions['limits'],
  ) {}

  /** @throws Error when there is no Redis at that address */
  static async connect(url: string, { limits, prefix = PREFIX, onError }: RedisStoreOptions): Promise<RedisStore> {
    const state = { connected: false };
    const client = makeClient(url, state);
    client.on('error', (error: Error) => onError?.(error));
    await client.connect();
    state.connected = true;
    return new RedisStore(client, prefix, limits);
  }

  async create(record: ConversationRecord): Promise<void> {
    const [seconds, now] = this.age();
    const values = [record.id, JSON.stringify(record), seconds, now, String(this.limits.conversations), this.prefix];
    const gone = (await this.run(CREATE, { keys: this.keys(record.id), arguments: values })) as string[];
    for (const id of gone) this.listeners.forEach((listener) => listener(id));
  }

  async get(id: string): Promise<ConversationRecord | undefined> {
    const text = (await this.run(GET, { keys: this.keys(id), arguments: [id, ...this.age()] })) as string | null;
    return text === null ? undefined : (JSON.parse(text) as ConversationRecord);
  }

  async save(record: ConversationRecord, { added = {}, removed = [] }: SoundChanges): Promise<void> {
    const sounds = Object.entries(added).flatMap(([name, bytes]) => [Buffer.from(name), Buffer.from(bytes)]);
    const values = [
      record.id,
      JSON.stringify(record),
      ...this.age(),
      String(record.revision - 1),
      String(removed.length),
    ];
    const all = [...[...values, ...removed].map((value) => Buffer.from(value)), ...sounds];
    // The client's types know texts only; it sends bytes as they are.
    const outcome = await this.run(SAVE, { keys: this.keys(record.id), arguments: all as unknown as string[] });
    if (outcome === 'gone') throw conversationGone(record.id);
    if (outcome === 'changed') throw changedMeanwhile(record.id);
  }

  async sound(id: string, name: string): Promise<Uint8Array | undefined> {
    const asBytes = this.client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
    return (await answered(asBytes.hGet(this.keys(id)[1], name))) ?? undefined;
  }

  async delete(id: string): Promise<boolean> {
    const [record, sounds, index] = this.keys(id);
    const [deleted] = await answered(this.client.multi().del(record).del(sounds).zRem(index, id).exec());
    if (Number(deleted) > 0) this.listeners.forEach((listener) => listener(id));
    return Number(deleted) > 0;
  }

  async count(): Promise<number> {
    const index = this.keys('')[2];
    const [seconds, now] = this.age();
    await answered(this.client.zRemRangeByScore(index, '-inf', Number(now) - 1000 * Number(seconds)));
    return answered(this.client.zCard(index));
  }

  async ping(): Promise<void> {
    await answered(this.client.ping());
  }

  onForget(listener: (id: string) => void): void {
    this.listeners.push(listener);
  }

  async dispose(): Promise<void> {
    this.listeners.length = 0;
    if (this.client.isReady) await this.client.close();
    else this.client.destroy();
  }

  private run(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> {
    return answered(this.client.eval(script, options));
  }

  private keys(id: string): [record: string, sounds: string, index: string] {
    return [`${this.prefix}${id}`, `${this.prefix}${id}:sounds`, `${this.prefix}index`];
  }

  private age(): [seconds: string, now: string] {
    return [String(Math.ceil(this.limits.conversationSeconds)), String(Date.now())];
  }
}

/** An answer of Redis; that there is none is said in a way that clients understand. */
async function answered<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    // What Redis answers, such as that it is out of memory, and what it does not.
    throw new StoreUnavailableError(error);
  }
}

function makeClient(url: string, state: { connected: boolean }) {
  return createClient({
    url,
    socket: {
      connectTimeout: CONNECT_MILLISECONDS,
      // At the start a wrong address is said at once; later, connections are made again.
      reconnectStrategy: (retries) => (state.connected ? Math.min(100 * 2 ** retries, 5000) : false),
    },
    // While Redis is away, requests fail rather than wait.
    disableOfflineQueue: true,
  });
}
