// BullMQ and the Redis client are optional peers: users who share work between machines install them, and only then are they loaded.
import type * as BullmqLibrary from 'bullmq';
import type * as RedisClientLibrary from '@redis/client';
import { DatasetError } from '../errors';

export const QUEUE_INSTALL = 'npm install bullmq @redis/client';

export type Bullmq = typeof BullmqLibrary;
export type RedisLibrary = typeof RedisClientLibrary;

/** @throws DatasetError `option` where they are not installed */
export async function loadQueueLibraries(): Promise<{ bullmq: Bullmq; redis: RedisLibrary }> {
  const [bullmq, redis] = await Promise.all([load('bullmq'), load('@redis/client')]);
  return { bullmq: bullmq as Bullmq, redis: redis as RedisLibrary };
}

/** @param name not written into the import, so that neither compilers nor bundlers ask for it */
async function load(name: string): Promise<unknown> {
  try {
    const loaded = (await import(name)) as { default?: object };
    return { ...loaded.default, ...loaded };
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0];
    const absent = /cannot find (?:package|module)/i.test(reason);
    const why = absent ? 'is not installed' : `cannot be loaded (${reason})`;
    throw new DatasetError('option', `${name} ${why}, which a queue needs; run '${QUEUE_INSTALL}'`, { cause });
  }
}
