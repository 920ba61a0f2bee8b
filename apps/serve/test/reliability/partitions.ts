// Three replicas on machines of their own (network namespaces), nginx and Redis before and behind them, sixteen clients. Replicas are killed at random, and
// their ways to Redis cut. Every turn that was accepted has to be there at the end, once, and every reply has to be the one that is made alone.
import { HUB_BACK, HUB_FRONT, openLab, type LabHost } from '../../../../tools/network/lab';
import { startNginx } from '../nginx-server';
import { freePort, startRedis } from '../redis-server';
import { serve, serveBehind, type ServingProgram } from '../serving-program';
import { Tally, median, outcome, post, randomFrom } from './client';
import type { Settings } from './settings';

const REPLICAS = 3;
const CLIENTS = 16;
/** One partition for this many kills. */
const KILLS_PER_PARTITION = 4;
const SCRIPTS = ['Hi!', 'Oh, nice!', 'Not really.', 'See you!'];
const EXCHANGES = 4;
const PAUSE_MILLISECONDS = 250;

const question = (script: number, exchange: number) => `This is question ${exchange + 1} of ${script + 1}.`;
const answer = (script: number, exchange: number) => SCRIPTS[(script + exchange) % SCRIPTS.length];
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function partitions({ count, seed, longest }: Settings): Promise<boolean> {
  const hosts = openLab(REPLICAS);
  const expected = await repliesAlone();
  const redis = await startRedis(HUB_BACK);
  const replicas = await Promise.all(hosts.map((host) => new Replica(host, redis.url).start()));
  const nginx = await startNginx(
    replicas.map(({ at }) => at),
    HUB_FRONT,
    await freePort(),
  );
  const watch = new Watch(nginx.url, expected);
  const state = { running: true };
  const clients = Array.from({ length: CLIENTS }, (_, number) => watch.client(number, state));
  const random = randomFrom(seed);
  const cuts: number[] = [];
  const work: Promise<unknown>[] = [];
  for (let kill = 0; kill < count; kill++) {
    await sleep(500 + 1500 * random());
    // With none left there would be nothing to move, and nothing to lose.
    while (replicas.filter(({ ready }) => ready).length < 2) await sleep(100);
    const ready = replicas.filter((replica) => replica.ready);
    work.push(ready[Math.floor(ready.length * random())].kill());
    if (kill % KILLS_PER_PARTITION === KILLS_PER_PARTITION - 1) {
      const seconds = 1 + (longest - 1) * random();
      cuts.push(seconds);
      work.push(cut(hosts[Math.floor(REPLICAS * random())], seconds));
    }
    if ((kill + 1) % 5 === 0) console.log(`${kill + 1} kills; ${watch.summary()}`);
  }
  await Promise.all(work);
  state.running = false;
  await Promise.all(clients);
  const lost = await watch.lost();
  await Promise.all(replicas.map((replica) => replica.stop()));
  await nginx.stop();
  await redis.stop();
  const kills = replicas.reduce((sum, replica) => sum + replica.kills, 0);
  console.log(
    `${kills} kills of ${REPLICAS} replicas, ${cuts.length} partitions of ${Math.min(...cuts).toFixed(1)} to ${Math.max(...cuts).toFixed(1)} s; ${CLIENTS} clients`,
  );
  console.log(`  ${watch.summary()}`);
  console.log(`  requests: ${watch.tally}`);
  console.log(
    `  accepted turns that are not there, or not where they belong: ${lost}; replies that are not the one made alone: ${watch.different}`,
  );
  const seconds = (values: number[]) => `${median(values).toFixed(2)} s (median of ${values.length})`;
  console.log(
    `  first sound where the conversation is known: ${seconds(watch.stayed)}; where it moved and was read again: ${seconds(watch.moved)}`,
  );
  return lost === 0 && watch.different === 0 && watch.accepted > 0 && kills > 0;
}

async function cut(host: LabHost, seconds: number): Promise<void> {
  host.back(false);
  await sleep(1000 * seconds);
  host.back(true);
}

/** What each reply of each script is where nothing goes wrong. */
async function repliesAlone(): Promise<Buffer[][]> {
  const service = await serve('--workers', '1', '--threads', '1', '--log-level', 'silent');
  const all: Buffer[][] = [];
  for (let script = 0; script < SCRIPTS.length; script++) {
    const { id } = (await (await post(`${service.url}/v1/conversations`, {})).json()) as { id: string };
    const replies: Buffer[] = [];
    for (let exchange = 0; exchange < EXCHANGES; exchange++) {
      const url = `${service.url}/v1/conversations/${id}`;
      await post(`${url}/turns`, { role: 'user', text: question(script, exchange) });
      const reply = await post(`${url}/reply`, { text: answer(script, exchange), seed: exchange, format: 'pcm' });
      replies.push(Buffer.from(await reply.arrayBuffer()));
    }
    all.push(replies);
  }
  await service.stop();
  return all;
}

/** A service on one host that is started again when it was killed. */
class Replica {
  kills = 0;
  ready = false;
  private port = 8080;
  private program!: Promise<ServingProgram>;

  constructor(
    private readonly host: LabHost,
    private readonly store: string,
  ) {}

  get at(): string {
    return `${this.host.address}:${this.port}`;
  }

  async start(): Promise<this> {
    await (this.program = this.begin());
    return this;
  }

  async kill(): Promise<void> {
    const before = this.program;
    const { pid, ended } = await before;
    // Another kill was faster.
    if (this.program !== before) return this.kill();
    this.ready = false;
    this.program = (async () => {
      process.kill(pid, 'SIGKILL');
      await ended;
      return this.begin();
    })();
    this.kills++;
    await this.program;
  }

  async stop(): Promise<void> {
    await (await this.program).stop();
  }

  /** Also where Redis is out of reach just now. */
  private async begin(): Promise<ServingProgram> {
    const args = ['--host', this.host.address, '--port', String(this.port), '--store', this.store];
    for (;;) {
      const begun = serveBehind(
        this.host.prefix,
        ...args,
        '--workers',
        '1',
        '--threads',
        '1',
        '--log-level',
        'silent',
        '--conversations',
        '1000000',
      );
      const program = await begun.catch(() => undefined);
      this.ready = program !== undefined;
      if (program) return program;
      await sleep(500);
    }
  }
}

/** What clients do, and what they were promised. */
class Watch {
  readonly tally = new Tally();
  accepted = 0;
  different = 0;
  readonly stayed: number[] = [];
  readonly moved: number[] = [];
  /** Turns that each conversation has to have. */
  private readonly promised = new Map<string, { script: number; turns: number }>();

  constructor(
    private readonly url: string,
    private readonly expected: Buffer[][],
  ) {}

  summary(): string {
    return `${this.promised.size} conversations, ${this.accepted} turns accepted, ${this.different} replies differ`;
  }

  async client(number: number, state: { running: boolean }): Promise<void> {
    for (let round = 0; state.running; round++) await this.conversation((number + round) % SCRIPTS.length, state);
  }

  /** How many accepted turns are missing, or are others. */
  async lost(): Promise<number> {
    let lost = 0;
    for (const [id, { script, turns }] of this.promised) {
      const found = await this.texts(id);
      const wanted = Array.from({ length: turns }, (_, turn) =>
        turn % 2 === 0 ? question(script, turn >> 1) : answer(script, turn >> 1),
      );
      lost += wanted.filter((text, turn) => found[turn] !== text).length + Math.max(0, found.length - turns);
    }
    return lost;
  }

  private async conversation(script: number, state: { running: boolean }): Promise<void> {
    const begun = await post(`${this.url}/v1/conversations`, {}).catch(() => undefined);
    if (begun?.status !== 201) {
      this.tally.add(begun ? await outcome(Promise.resolve(begun)) : 'no answer');
      return void (await sleep(PAUSE_MILLISECONDS));
    }
    const { id } = (await begun.json()) as { id: string };
    const promise = { script, turns: 0 };
    this.promised.set(id, promise);
    let place = '';
    // One that was begun is brought to its end, so that it can be said what has to be there.
    for (let turn = 0; turn < 2 * EXCHANGES && (state.running || turn % 2 === 1); turn++) {
      place = await this.turn(id, script, turn, place);
      promise.turns++;
      this.accepted++;
    }
  }

  /** Asks until it is done. @returns who did it */
  private async turn(id: string, script: number, turn: number, before: string): Promise<string> {
    const exchange = turn >> 1;
    const isReply = turn % 2 === 1;
    for (;;) {
      const begin = performance.now();
      const url = `${this.url}/v1/conversations/${id}/${isReply ? 'reply' : 'turns'}`;
      const body = isReply
        ? { text: answer(script, exchange), seed: exchange, format: 'pcm' }
        : { role: 'user', text: question(script, exchange) };
      const headers = { 'Content-Type': 'application/json', 'If-Match': `"${turn}"` };
      let said: string;
      try {
        const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
        const place = response.headers.get('x-answered-by')?.split(', ').at(-1) ?? '';
        const first = (performance.now() - begin) / 1000;
        const bytes = Buffer.from(await response.arrayBuffer());
        if (response.ok) {
          this.tally.add(String(response.status));
          if (isReply && !bytes.equals(this.expected[script][exchange])) this.different++;
          if (isReply && before !== '') (place === before ? this.stayed : this.moved).push(first);
          return place;
        }
        if (response.status === 412) {
          // It was done, and the answer did not arrive.
          this.tally.add('412 done before');
          if (isReply) await this.compareKept(id, turn, this.expected[script][exchange]);
          return place;
        }
        const [, code] = /"code":"(\w+)"/.exec(bytes.toString()) ?? [];
        said = `${response.status} ${code ?? 'of nginx'}`;
      } catch {
        said = 'broken off';
      }
      this.tally.add(said);
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  /** The sound that was kept is a wav file of the same samples. */
  private async compareKept(id: string, turn: number, expected: Buffer): Promise<void> {
    for (;;) {
      const response = await fetch(`${this.url}/v1/conversations/${id}/turns/${turn}/audio`).catch(() => undefined);
      if (response?.ok) {
        if (!Buffer.from(await response.arrayBuffer()).includes(expected)) this.different++;
        return;
      }
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  private async texts(id: string): Promise<string[]> {
    for (;;) {
      const response = await fetch(`${this.url}/v1/conversations/${id}/turns`).catch(() => undefined);
      if (response?.status === 404) return [];
      if (response?.ok) return ((await response.json()) as { turns: { text: string }[] }).turns.map(({ text }) => text);
      await sleep(PAUSE_MILLISECONDS);
    }
  }
}
