// The way to a Redis. A wrong address is told at once; a Redis that goes away later is waited for, since all that is lost with it is time.
import { DatasetError } from '../errors';
import { type RedisLibrary } from './libraries';

const CONNECT_MILLISECONDS = 5000;
const LONGEST_PAUSE_MILLISECONDS = 2000;
/**
 * A peer that says nothing for so long is gone, whatever TCP believes: connections through a network that broke are made again. What is
 * written counts as well, so nobody may write more often than this without waiting for answers, and nobody may block for longer.
 */
const SILENCE_MILLISECONDS = 6000;
const PING_MILLISECONDS = 2000;
/** For commands that wait for something to happen. */
export const BLOCK_SECONDS = 2;

export type RedisClient = ReturnType<RedisLibrary['createClient']>;

/** Connections to one Redis. Close them. */
export class RedisPlace {
  private readonly clients: RedisClient[] = [];
  private connected = false;
  private readonly shown: string;

  /** @throws DatasetError `option` for what is no redis:// or rediss:// address */
  constructor(
    private readonly url: string,
    private readonly library: RedisLibrary,
  ) {
    this.shown = withoutPassword(url);
  }

  /** The address as it may be shown. */
  get name(): string {
    return this.shown;
  }

  /** Opens a connection. @throws DatasetError `queue` where the first cannot be made */
  async client(): Promise<RedisClient> {
    const client = this.library.createClient({
      url: this.url,
      pingInterval: PING_MILLISECONDS,
      socket: {
        connectTimeout: CONNECT_MILLISECONDS,
        socketTimeout: SILENCE_MILLISECONDS,
        reconnectStrategy: (retries) =>
          this.connected ? Math.min(100 * 2 ** retries, LONGEST_PAUSE_MILLISECONDS) : false,
      },
    });
    // Connections that break are made again; without a listener each break would end the process.
    client.on('error', () => undefined);
    this.clients.push(client as RedisClient);
    try {
      await client.connect();
    } catch (cause) {
      const reason = (cause as Error).message || (cause as NodeJS.ErrnoException).code;
      throw new DatasetError('queue', `${this.name}: there is no Redis (${reason}); check the address`, { cause });
    }
    this.connected = true;
    return client as RedisClient;
  }

  /** Ends all connections; what was made on them is to be closed before. */
  async close(): Promise<void> {
    for (const client of this.clients.splice(0)) if (client.isOpen) client.destroy();
  }
}

function withoutPassword(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['redis:', 'rediss:'].includes(parsed.protocol)) {
    throw new DatasetError('option', 'the queue is no redis:// address; give redis://HOST:PORT');
  }
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
