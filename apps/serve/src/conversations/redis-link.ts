// A connection to Redis that notices when nobody is at its other end. The client's own timeouts do not: its commands count as signs of life
// of the socket that they are written to, and TCP goes on for minutes where a network swallows what it is sent.
import { createClient } from '@redis/client';

const CONNECT_MILLISECONDS = 2000;
/** A Redis whose answer takes so long is out of reach. */
const ANSWER_MILLISECONDS = 3000;
const LONGEST_PAUSE_MILLISECONDS = 1000;
/** For a connection that only listens: its pings are all that is sent. */
const PING_MILLISECONDS = 2000;
const SILENCE_MILLISECONDS = 6000;

export type RedisClient = ReturnType<typeof makeClient>;

export class RedisLink {
  private constructor(
    private readonly url: string,
    private client: RedisClient,
    private readonly onError: (error: Error) => void,
  ) {}

  /** @throws Error when there is no Redis at that address */
  static async connect(url: string, onError: (error: Error) => void): Promise<RedisLink> {
    return new RedisLink(url, await connect(url, onError), onError);
  }

  /** Does something with the connection. @throws Error where there is no answer in time; whether it was done is not known then */
  async ask<T>(work: (client: RedisClient) => Promise<T>): Promise<T> {
    const { client } = this;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.renew(client);
        reject(new Error(`no answer in ${ANSWER_MILLISECONDS / 1000} s`));
      }, ANSWER_MILLISECONDS);
    });
    try {
      const answer = work(client);
      // One that comes after all is nobody's any more.
      answer.catch(() => undefined);
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async dispose(): Promise<void> {
    if (this.client.isReady) await this.client.close();
    else this.client.destroy();
  }

  /** Leaves a connection that is silent to its fate, once, and makes another. */
  private renew(silent: RedisClient): void {
    if (silent !== this.client) return;
    this.client = makeClient(this.url, () => true).on('error', this.onError);
    this.client.connect().catch(() => undefined); // told by its events
    silent.destroy();
    this.onError(new Error('Redis gives no answer; connecting again'));
  }
}

/** A connection for messages. */
export function connectSubscriber(url: string): Promise<RedisClient> {
  return connect(url, () => undefined);
}

/** At the start a wrong address is said at once; later, connections are made again. */
async function connect(url: string, onError: (error: Error) => void): Promise<RedisClient> {
  let connected = false;
  const client = makeClient(url, () => connected).on('error', onError);
  await client.connect();
  connected = true;
  return client;
}

function makeClient(url: string, reconnects: () => boolean) {
  return createClient({
    url,
    pingInterval: PING_MILLISECONDS,
    socket: {
      connectTimeout: CONNECT_MILLISECONDS,
      socketTimeout: SILENCE_MILLISECONDS,
      reconnectStrategy: (retries) => (reconnects() ? Math.min(100 * 2 ** retries, LONGEST_PAUSE_MILLISECONDS) : false),
    },
    // While Redis is away, requests fail rather than wait.
    disableOfflineQueue: true,
  });
}
