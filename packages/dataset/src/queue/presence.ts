// Who is there: every run and every worker says so now and then, with its version and machine. Redis' clock alone is asked, since those of
// machines differ.
import { z } from 'zod';
import { type RedisClient } from './connection';
import { PRESENCE_KEY } from './names';

const BEAT_MILLISECONDS = 3000;
/** A run or worker that has not reported for this long is gone. */
const GONE_SECONDS = 15;

const partySchema = z.object({
  kind: z.enum(['run', 'worker']),
  id: z.string(),
  version: z.string(),
  host: z.string(),
  pid: z.number(),
  /** Tasks that are done at once. */
  threads: z.number(),
});
export type Party = z.infer<typeof partySchema>;

/** Says that somebody is there, until it is closed. */
export class Presence {
  private readonly member: string;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: RedisClient,
    party: Party,
    /** Told after every beat who else is there. */
    private readonly onBeat: (others: Party[]) => void,
  ) {
    this.member = JSON.stringify(party);
  }

  /** @returns who is there, this one included */
  async begin(): Promise<Party[]> {
    const parties = await this.beat();
    let waiting = false;
    const again = () => {
      // A connection whose answers do not come is only given up when nothing more is written to it.
      if (waiting) return;
      waiting = true;
      this.beat()
        .then(this.onBeat)
        // Redis is away: it is asked again, and the others will not know either.
        .catch(() => undefined)
        .finally(() => (waiting = false));
    };
    this.timer = setInterval(again, BEAT_MILLISECONDS);
    return parties;
  }

  async end(): Promise<void> {
    clearInterval(this.timer);
    if (this.client.isReady) await this.client.zRem(PRESENCE_KEY, this.member).catch(() => undefined);
  }

  private async beat(): Promise<Party[]> {
    const [seconds] = (await this.client.sendCommand(['TIME'])) as unknown as [string];
    const now = Number(seconds);
    await this.client
      .multi()
      .zAdd(PRESENCE_KEY, { score: now + GONE_SECONDS, value: this.member })
      .zRemRangeByScore(PRESENCE_KEY, '-inf', now)
      .exec();
    return parsed(await this.client.zRange(PRESENCE_KEY, 0, -1));
  }
}

/** What others wrote may be anything. */
function parsed(members: readonly string[]): Party[] {
  return members.flatMap((member) => {
    try {
      return [partySchema.parse(JSON.parse(member))];
    } catch {
      return [];
    }
  });
}

/** Such as `3 workers on 2 machines`. */
export function crewText(workers: readonly Party[]): string {
  const machines = new Set(workers.map(({ host }) => host)).size;
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  return `${count(workers.length, 'worker')} on ${count(machines, 'machine')}`;
}
