// Conversations in a real Redis: found again by another service, forgotten when they are old or too many, guarded against two writers.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createClient } from '@redis/client';
import { newId } from '../src/conversations/ids';
import { RedisStore } from '../src/conversations/redis-store';
import type { ConversationRecord } from '../src/conversations/record';
import { DEFAULT_LIMITS } from '../src/requests/limits';
import { hasRedis, startRedis, type TestRedis } from './redis-server';
import { expectedSamples, samplesOf, someWav, startTestService, until } from './test-service';

const describeRedis = hasRedis ? describe : describe.skip;

describeRedis('a Redis (skipped where redis-server is not installed)', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('lets a conversation go on in another service', async () => {
    const first = await startTestService({ store: redis.url });
    const wav = Buffer.from(someWav()).toString('base64');
    const id = await first.begin({ voice: 'other', turns: [{ role: 'user', text: 'Hi.', audio: wav }] });
    const said = await samplesOf(await first.post(`/v1/conversations/${id}/reply`, { text: 'Hello.', seed: 2 }));
    const before = await (await first.get(`/v1/conversations/${id}`)).json();
    await first.stop();

    const second = await startTestService({ store: redis.url });
    const after = (await (await second.get(`/v1/conversations/${id}`)).json()) as object;
    expect({ ...after, usedAt: 0 }).toEqual({ ...(before as object), usedAt: 0 });
    expect(await samplesOf(await second.get(`/v1/conversations/${id}/turns/1/audio`))).toEqual(said);
    expect(await samplesOf(await second.get(`/v1/conversations/${id}/turns/0/audio`))).toHaveLength(8000);
    const next = await samplesOf(await second.post(`/v1/conversations/${id}/reply`, { text: 'Still here.' }));
    expect(next).toEqual(expectedSamples('Still here.', 0, ['Hi.', 'Hello.']));
    // What the engine had to know was told to it once.
    expect(second.engine.loads).toBe(1);
    await second.stop();
  });

  test('lets two services speak in one conversation by turns, each with what the other said', async () => {
    const [first, second] = await Promise.all([
      startTestService({ store: redis.url }),
      startTestService({ store: redis.url }),
    ]);
    const id = await first.begin();
    const heard: string[] = [];
    for (const [i, service] of [first, second, first, second].entries()) {
      const text = `Number ${i}.`;
      const response = await service.post(`/v1/conversations/${id}/reply`, { text });
      expect(response.headers.get('x-turn')).toBe(String(i));
      expect(await samplesOf(response)).toEqual(expectedSamples(text, 0, heard.slice(-2)));
      heard.push(text);
    }
    await Promise.all([first.stop(), second.stop()]);
  });

  test('lets one of two who write at once win; the other is told', async () => {
    const [first, second] = await Promise.all([
      startTestService({ store: redis.url }),
      startTestService({ store: redis.url }),
    ]);
    const id = await first.begin();
    first.engine.pause = second.engine.pause = 0.05;
    const answers = await Promise.all(
      [first, second].map((service) =>
        service.post(`/v1/conversations/${id}/turns`, { role: 'user', text: 'Me first.' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(((await (await first.get(`/v1/conversations/${id}`)).json()) as { turns: [] }).turns).toHaveLength(1);
    await Promise.all([first.stop(), second.stop()]);
  });

  test('forgets what is old, and the oldest of too many', async () => {
    const limits = { ...DEFAULT_LIMITS, conversations: 2, conversationSeconds: 2 };
    const store = await RedisStore.connect(redis.url, { limits, prefix: 'small:' });
    const gone: string[] = [];
    store.onForget((id) => gone.push(id));
    const record = (id: string): ConversationRecord => ({
      id,
      voice: 'tiny',
      createdAt: '',
      usedAt: '',
      turns: [],
      asides: [],
      revision: 0,
      version: 0,
      soundBytes: 0,
    });
    const [a, b, c, z] = Array.from({ length: 4 }, () => newId('c'));
    for (const id of [a, b, c]) {
      await store.create(record(id));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await until(() => gone.length > 0);
    expect([await store.get(a), (await store.get(b))?.id, (await store.get(c))?.id, gone]).toEqual([
      undefined,
      b,
      c,
      [a],
    ]);
    await store.save({ ...record(b), revision: 1 }, { added: { x: Buffer.from([0, 255, 128]) } });
    expect([...(await store.sound(b, 'x'))!]).toEqual([0, 255, 128]);
    await store.save({ ...record(b), revision: 2 }, { removed: ['x'] });
    expect(await store.sound(b, 'x')).toBeUndefined();
    await expect(store.save({ ...record(b), revision: 2 }, {})).rejects.toMatchObject({ status: 409 });
    await expect(store.save({ ...record(z), revision: 1 }, {})).rejects.toMatchObject({ status: 404 });
    expect([await store.delete(b), await store.delete(b)]).toEqual([true, false]);
    const client = await createClient({ url: redis.url }).connect();
    await until(async () => (await client.keys('small:c_*')).length === 0, 4);
    expect(await store.count()).toBe(0);
    await client.close();
    await store.dispose();
  });

  test('that is away: requests fail with a reason, readiness says so, and all is well when it is back', async () => {
    const service = await startTestService({ store: redis.url });
    await service.begin();
    await redis.stop();
    const response = await service.post('/v1/conversations', {});
    expect([response.status, await response.json()]).toEqual([
      503,
      expect.objectContaining({ error: expect.objectContaining({ code: 'store_unavailable' }) }),
    ]);
    const ready = await service.get('/readyz');
    expect([ready.status, await ready.json()]).toEqual([
      503,
      expect.objectContaining({ store: { kind: 'redis', answers: false, full: false } }),
    ]);
    await redis.start();
    await until(async () => (await service.get('/readyz')).status === 200, 8);
    expect((await service.post('/v1/conversations', {})).status).toBe(201);
    await service.stop();
  });

  test('that is swallowed by the network: requests fail before long, and all is well when it is back', async () => {
    const way = await silentWay(new URL(redis.url).port);
    const service = await startTestService({ store: way.url });
    await service.begin();
    way.silent = true;
    const begin = performance.now();
    // Many, so that there is always something written to the connection.
    const asked = Array.from({ length: 8 }, async (_, number) => {
      await new Promise((resolve) => setTimeout(resolve, 250 * number));
      return (await service.post('/v1/conversations', {})).status;
    });
    expect(await Promise.all(asked)).toEqual(Array.from({ length: 8 }, () => 503));
    expect((await service.get('/readyz')).status).toBe(503);
    expect(performance.now() - begin).toBeLessThan(10_000);
    way.silent = false;
    await until(async () => (await service.get('/readyz')).status === 200, 10);
    expect((await service.post('/v1/conversations', {})).status).toBe(201);
    await service.stop();
    way.close();
  }, 40_000);

  test('that is not there keeps a service from starting', async () => {
    await expect(startTestService({ store: 'redis://127.0.0.1:1' })).rejects.toThrow();
  });
});

/** A way to a port of this machine that can be made to lose all that is sent, and what it held is lost too. */
async function silentWay(port: string): Promise<{ url: string; silent: boolean; close(): void }> {
  const server = createServer((near) => {
    const far = connect(Number(port), '127.0.0.1');
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (part) => way.silent || to.write(part));
      from.on('error', () => undefined).on('close', () => to.destroy());
    };
    pass(near, far);
    pass(far, near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  const way = { url: `redis://127.0.0.1:${own}`, silent: false, close: () => void server.close() };
  return way;
}
