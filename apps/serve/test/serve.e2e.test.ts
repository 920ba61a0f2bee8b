// gpt-talker serve, as built, with the embedded voice and two workers: replies are those that the library makes alone; processes die and
// come back; everything goes on after a restart.
import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { readWav, type Audio } from '@gpt-talker/audio';
import { Talker } from '@gpt-talker/talker';
import { runNode } from './run-program';
import { hasRedis, startRedis, type TestRedis } from './redis-server';
import { processorSeconds, program, serve, type ServingProgram } from './serving-program';
import { until } from './test-service';

const root = path.resolve(__dirname, '../../..');
const question = readFileSync(path.join(root, 'examples/weekend-1.wav'));
const QUESTION = 'Hi! Do you have any plans for the weekend?';
const REPLY = 'Not really.';
const LONG = 'We drove to the lake, and then we had a picnic. '.repeat(8);

let talker: Talker;
let redis: TestRedis | undefined;
let service: ServingProgram;
beforeAll(async () => {
  redis = hasRedis ? await startRedis() : undefined;
  [talker, service] = await Promise.all([Talker.load(path.join(root, 'packages/voice-tiny/voice')), start()]);
});
afterAll(async () => {
  await service.stop();
  await Promise.all([talker.dispose(), redis?.stop()]);
});

const start = () => serve('--workers', '2', '--threads', '1', ...(redis ? ['--store', redis.url] : []));

function post(where: string, body: object, signal?: AbortSignal): Promise<Response> {
  const headers = { 'Content-Type': 'application/json' };
  return fetch(service.url + where, { method: 'POST', headers, body: JSON.stringify(body), signal });
}
const speech = (input: string, seed = 0) =>
  post('/v1/audio/speech', { model: 'tts-1', voice: 'alloy', input, seed, response_format: 'wav' });
/** The samples' bytes, behind the chunks that say where the sound comes from. */
const sound = async (response: Response) => {
  const bytes = Buffer.from(await response.arrayBuffer());
  return bytes.subarray(bytes.indexOf('data') + 8);
};
const begin = async (): Promise<string> => {
  const turn = { role: 'user', text: QUESTION, audio: question.toString('base64') };
  return ((await (await post('/v1/conversations', { turns: [turn] })).json()) as { id: string }).id;
};

/** Chunks as the service sends them. */
async function bytesOf(chunks: AsyncIterable<Audio>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const { samples } of chunks)
    parts.push(
      Buffer.from(
        Int16Array.from(samples, (sample) => Math.max(-0x8000, Math.min(0x7fff, Math.round(sample * 0x8000)))).buffer,
      ),
    );
  return Buffer.concat(parts);
}

/** What the library makes of a text without a history. */
async function bytesAlone(text: string, seed: number): Promise<Buffer> {
  const conversation = talker.conversation();
  try {
    return await bytesOf(conversation.reply(text, { seed, keep: false }));
  } finally {
    await conversation.dispose();
  }
}

test('a text is spoken as the library speaks it', async () => {
  expect((await sound(await speech(REPLY, 3))).equals(await bytesAlone(REPLY, 3))).toBe(true);
});

test('replies that share their steps are what each would be alone', async () => {
  // Two workers take two at a time.
  const texts = [REPLY, 'Yes, on Saturday.', 'Why?', 'We drove to the lake.'];
  const together = await Promise.all(texts.map(async (text, seed) => sound(await speech(text, seed))));
  for (const [seed, text] of texts.entries()) expect(together[seed].equals(await bytesAlone(text, seed))).toBe(true);
});

test('a conversation is spoken as the library speaks it, and goes on after a restart where there is a store', async () => {
  const alone = talker.conversation();
  await alone.add({ role: 'user', text: QUESTION, audio: readWav(question) });
  const expected = [
    await bytesOf(alone.reply(REPLY, { seed: 1 })),
    await bytesOf(alone.reply('And you?', { seed: 2 })),
  ];
  await alone.dispose();
  const id = await begin();
  expect((await sound(await post(`/v1/conversations/${id}/reply`, { text: REPLY, seed: 1 }))).equals(expected[0])).toBe(
    true,
  );
  if (redis) {
    expect(await service.stop()).toBe(0);
    service = await start();
  }
  expect(
    (await sound(await post(`/v1/conversations/${id}/reply`, { text: 'And you?', seed: 2 }))).equals(expected[1]),
  ).toBe(true);
});

test('a worker that is killed takes its own reply with it, and no other; a new one comes', async () => {
  const id = await begin();
  const before = service.workers();
  // One goes to each worker.
  const replies = await Promise.all([speech(LONG, 1), speech(LONG, 2)]);
  process.kill(before[0], 'SIGKILL');
  const outcomes = await Promise.allSettled(replies.map((reply) => sound(reply)));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const survivor = outcomes.findIndex(({ status }) => status === 'fulfilled');
  const ready = async () =>
    ((await (await fetch(`${service.url}/readyz`)).json()) as { workers: { ready: number } }).workers.ready;
  await until(async () => (await ready()) === 2, 30);
  expect(service.workers()).not.toContain(before[0]);
  expect(service.workers()).toContain(before[1]);
  // The one that finished is whole.
  const again = await sound(await speech(LONG, survivor + 1));
  expect((outcomes[survivor] as PromiseFulfilledResult<Buffer>).value.equals(again)).toBe(true);
  // A conversation goes on, wherever it was.
  expect((await post(`/v1/conversations/${id}/reply`, { text: REPLY })).status).toBe(200);
});

test('work stops when nobody listens: processors rest', async () => {
  const controller = new AbortController();
  const response = await post(
    '/v1/audio/speech',
    { model: 'tts-1', voice: 'alloy', input: LONG, response_format: 'pcm' },
    controller.signal,
  );
  await response.body!.getReader().read();
  controller.abort();
  const used = () => service.workers().reduce((sum, pid) => sum + processorSeconds(pid), 0);
  // It ends within a step of the model; then there is nothing to do.
  await until(async () => {
    const begin = used();
    await new Promise((resolve) => setTimeout(resolve, 300));
    return used() - begin < 0.06;
  }, 10);
  expect(await (await fetch(`${service.url}/metrics`)).text()).toMatch(
    /gpt_talker_replies_total\{endpoint="speech",outcome="stopped"\} 1\n/,
  );
});

test('told to stop, it finishes what it says', async () => {
  const other = await serve('--workers', '1', '--threads', '1');
  const response = await fetch(`${other.url}/v1/audio/speech`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: LONG.slice(0, 100), response_format: 'pcm' }),
  });
  const ended = other.stop();
  expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(24_000);
  expect(await ended).toBe(0);
  expect(other.log.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
    expect.arrayContaining(['listening', 'stopping', 'stopped']),
  );
});

describe('what cannot be served is refused in one line, with exit code 2', () => {
  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await runNode([
      program,
      'serve',
      '--port',
      String(port),
      '--log-level',
      'silent',
      '--threads',
      '1',
    ]);
    server.close();
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `gpt-talker: --port ${port} on 127.0.0.1: something else listens there; choose another\n`,
    });
  });

  test.each<[string, string[], RegExp]>([
    [
      'a voice that is not there',
      ['--voice', 'gone'],
      /^gpt-talker: gone: there is no such voice folder; check the path\n$/,
    ],
    [
      'a store that is not there',
      ['--store', 'redis://user:secret@127.0.0.1:1'],
      /^gpt-talker: --store redis:\/\/…@127\.0\.0\.1:1: there is no Redis at this address.*; start it\n$/,
    ],
    ['a store that is none', ['--store', 'mysql://x'], /^gpt-talker: --store mysql:\/\/x: .*\n$/],
    [
      'a folder that is not there',
      ['--reference-dir', 'gone'],
      /^gpt-talker: --reference-dir gone: there is no such folder; create it\n$/,
    ],
    [
      'a port that is none',
      ['--port', '99999'],
      /^gpt-talker: option '-p, --port <number>' argument '99999' is invalid\. Give a port from 0 to 65535.*\n$/,
    ],
    ['no workers', ['--workers', '0'], /^gpt-talker: option '--workers <number>' argument '0' is invalid\..*\n$/],
  ])('%s', async (_what, args, message) => {
    const { code, stderr } = await runNode([program, 'serve', '--log-level', 'silent', '--port', '0', ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
  });
});

test('the program is built with its worker beside it', () => {
  expect(existsSync(path.join(path.dirname(program), 'worker.js'))).toBe(true);
});
