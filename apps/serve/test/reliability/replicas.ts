// Two services on two addresses with one Redis: conversations go from one to the other with every turn, and each reply is, to the bit, the one that a single
// service makes. One of the two is killed half way.
import { startRedis } from '../redis-server';
import { serve } from '../serving-program';
import { Tally, outcome, post } from './client';
import type { Settings } from './settings';

const ADDRESSES = ['127.0.0.2', '127.0.0.3'];
const REPLIES = ['Hi!', 'Oh, nice!', 'Not really.'];

export async function replicas({ count }: Settings): Promise<boolean> {
  const redis = await startRedis();
  const start = (host: string, ...more: string[]) =>
    serve('--host', host, '--workers', '1', '--threads', '1', '--log-level', 'silent', ...more);
  const alone = await start('127.0.0.1');
  const both = await Promise.all(ADDRESSES.map((host) => start(host, '--store', redis.url)));
  const tally = new Tally();
  const turn = async (url: string, id: string, number: number) => {
    const said = await post(`${url}/v1/conversations/${id}/turns`, {
      role: 'user',
      text: `This is question number ${number}.`,
    });
    tally.add(await outcome(Promise.resolve(said)));
    const reply = await post(`${url}/v1/conversations/${id}/reply`, {
      text: REPLIES[number % REPLIES.length],
      seed: number,
    });
    return Buffer.from(await reply.arrayBuffer());
  };
  const begin = async (url: string) =>
    ((await (await post(`${url}/v1/conversations`, {})).json()) as { id: string }).id;
  const expected: Buffer[] = [];
  const single = await begin(alone.url);
  for (let number = 0; number < count; number++) expected.push(await turn(alone.url, single, number));
  const shared = await begin(both[0].url);
  let equal = 0;
  for (let number = 0; number < count; number++) {
    if (number === Math.floor(count / 2)) {
      process.kill(both[0].pid, 'SIGKILL');
      await both[0].ended;
    }
    const { url } = number < count / 2 ? both[number % 2] : both[1];
    if ((await turn(url, shared, number)).equals(expected[number])) equal++;
  }
  const forgotten = await fetch(`${both[1].url}/v1/conversations/${shared}`, { method: 'DELETE' });
  await Promise.all([alone.stop(), both[1].stop()]);
  await redis.stop();
  console.log(
    `${count} replies on ${ADDRESSES.join(' and ')} by turns, the first of them killed half way: ${equal} to the bit those of one service alone`,
  );
  return equal === count && forgotten.status === 204;
}
