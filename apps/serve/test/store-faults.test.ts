// A Redis that others write to, that is full, or whose clients have another time: what is there is served or refused with a reason, and
// nothing that comes from outside reaches a key of another meaning.
import { createClient } from '@redis/client';
import { hasRedis, startRedis, type TestRedis } from './redis-server';
import { samplesOf, someWav, startTestService, until, type TestOptions, type TestService } from './test-service';

const describeRedis = hasRedis ? describe : describe.skip;
const code = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const wav = Buffer.from(someWav()).toString('base64');
const PREFIX = 'gpt-talker:';

describeRedis('a Redis (skipped where redis-server is not installed)', () => {
  let redis: TestRedis;
  let client: ReturnType<typeof createClient>;
  let service: TestService;
  const running: TestService[] = [];
  const start = async (options: TestOptions = {}) => {
    const started = await startTestService({ store: redis.url, ...options });
    running.push(started);
    return started;
  };
  beforeAll(async () => {
    redis = await startRedis();
    client = createClient({ url: redis.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.close();
    await redis.stop();
  });
  beforeEach(async () => {
    await client.flushAll();
    service = await start();
  });
  afterEach(() => Promise.all(running.splice(0).map((started) => started.stop())));

  const remove = (where: string) => fetch(service.url + where, { method: 'DELETE' });
  const withSound = () => service.begin({ turns: [{ role: 'user', text: 'Hi.', audio: wav }] });

  test('no id from outside names a key of another meaning', async () => {
    const id = await withSound();
    const names = [
      ...['index', 'probe', 'forgotten', `${id}:sounds`, 'user:x', '*', `${id} `, ` ${id}`, id.toUpperCase()],
      ...[
        `${id}x`,
        id.slice(1),
        'c_',
        `c_${'x'.repeat(23)}`,
        `c_${'*'.repeat(22)}`,
        `../${id}`,
        `${id}\n`,
        'constructor',
      ],
    ];
    for (const name of names) {
      const where = `/v1/conversations/${encodeURIComponent(name)}`;
      expect([name, (await remove(where)).status]).toEqual([name, 404]);
      for (const more of ['', '/turns', '/turns/0', '/turns/0/audio', '/replies/r', '/replies/r/audio'])
        expect([name, more, (await service.get(where + more)).status]).toEqual([name, more, 404]);
      for (const [more, body] of [
        ['/turns', { role: 'user', text: 'x' }],
        ['/reply', { text: 'x' }],
      ] as const)
        expect([name, more, (await service.post(where + more, body)).status]).toEqual([name, more, 404]);
    }
    expect((await service.get(`/v1/conversations/${id}/turns/0/audio`)).status).toBe(200);
    expect(await client.zCard(`${PREFIX}index`)).toBe(1);
  });

  test('that is full can be read and forgets; readiness says so, and it takes more when there is room', async () => {
    const id = await withSound();
    await client.configSet('maxmemory', '1');
    const ready = await service.get('/readyz');
    expect([ready.status, await ready.json()]).toMatchObject([
      503,
      { ready: false, store: { answers: true, full: true } },
    ]);
    expect(await samplesOf(await service.get(`/v1/conversations/${id}/turns/0/audio`))).toHaveLength(8000);
    expect((await service.get(`/v1/conversations/${id}`)).status).toBe(200);
    const refused = await service.post('/v1/conversations', {});
    expect([refused.status, await code(refused)]).toEqual([503, 'store_full']);
    expect((await remove(`/v1/conversations/${id}`)).status).toBe(204);
    expect(await client.keys(`${PREFIX}c_*`)).toEqual([]);
    await client.configSet('maxmemory', '0');
    expect((await service.get('/readyz')).status).toBe(200);
    await withSound();
  });

  test('that becomes full while a reply is made: it is said before, or by a stream that says so', async () => {
    const id = await withSound();
    await client.configSet('maxmemory', '1');
    const response = await service.post(`/v1/conversations/${id}/reply`, { text: 'Hello.', streamFormat: 'sse' });
    const said = await response.text();
    expect(said).toContain('store_full');
    await client.configSet('maxmemory', '0');
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['text that is no JSON', (id) => client.set(PREFIX + id, '{"id":')],
    ['null', (id) => client.set(PREFIX + id, 'null')],
    ['an empty text', (id) => client.set(PREFIX + id, '')],
    ['another type', (id) => client.del(PREFIX + id).then(() => client.lPush(PREFIX + id, 'x'))],
    ['another type for its sounds', (id) => client.set(`${PREFIX}${id}:sounds`, 'x')],
    ['no sounds', (id) => client.del(`${PREFIX}${id}:sounds`)],
    ['another revision', (id) => client.hSet(`${PREFIX}${id}:sounds`, 'revision', 99)],
    ['the record of another', async (id) => client.set(PREFIX + id, (await client.get(PREFIX + (await withSound())))!)],
    ['no turns', (id) => change(id, (record) => delete record.turns)],
    ['turns that are none', (id) => change(id, (record) => (record.turns = [null, 3]))],
    ['a turn without text', (id) => change(id, (record) => delete (record.turns as { text?: string }[])[0].text)],
    [
      'tokens that are no numbers',
      (id) => change(id, ({ turns }) => ((turns as { tokens: unknown }[])[0].tokens = ['x'])),
    ],
    ['no state', (id) => change(id, (record) => delete record.state)],
    ['a version below its turns', (id) => change(id, (record) => (record.version = 0))],
    ['a size that is none', (id) => change(id, (record) => (record.soundBytes = 'many'))],
  ])('whose record was replaced by %s: 410 with a reason everywhere, and it can be deleted', async (_what, spoil) => {
    const id = await withSound();
    await spoil(id);
    const where = `/v1/conversations/${id}`;
    const answers = [
      await service.get(where),
      await service.get(`${where}/turns/0/audio`),
      await service.post(`${where}/reply`, { text: 'Hello.' }),
      await service.post(`${where}/turns`, { role: 'user', text: 'x' }),
    ];
    for (const answer of answers) expect([answer.status, await code(answer)]).toEqual([410, 'conversation_unreadable']);
    expect((await remove(where)).status).toBe(204);
    expect((await service.get(where)).status).toBe(404);
  });

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['gone', (id) => client.hDel(`${PREFIX}${id}:sounds`, 'turn-0')],
    ['cut short', (id) => client.hSet(`${PREFIX}${id}:sounds`, 'turn-0', Buffer.from(someWav()).subarray(0, 999))],
    ['something else', (id) => client.hSet(`${PREFIX}${id}:sounds`, 'turn-0', 'x'.repeat(5000))],
    ['empty', (id) => client.hSet(`${PREFIX}${id}:sounds`, 'turn-0', '')],
  ])('of which a sound is %s: 410, and the rest goes on', async (_what, spoil) => {
    const id = await withSound();
    await spoil(id);
    const answer = await service.get(`/v1/conversations/${id}/turns/0/audio`);
    expect([answer.status, await code(answer)]).toEqual([410, 'conversation_unreadable']);
    expect((await service.post(`/v1/conversations/${id}/reply`, { text: 'Hello.' })).status).toBe(200);
  });

  async function change(id: string, edit: (record: Record<string, unknown>) => unknown): Promise<void> {
    const record = JSON.parse((await client.get(PREFIX + id))!) as Record<string, unknown>;
    edit(record);
    await client.set(PREFIX + id, JSON.stringify(record));
  }

  test('forgets the conversation used longest ago, whatever the clocks of services say', async () => {
    const small = await start({ limits: { conversations: 3 } });
    const now = Date.now();
    const clock = jest.spyOn(Date, 'now');
    const ids: string[] = [];
    for (const days of [0, -1, +400, -2, -1000]) {
      clock.mockReturnValue(now + days * 86_400_000);
      ids.push(await small.begin());
    }
    clock.mockRestore();
    const statuses = await Promise.all(ids.map(async (id) => (await small.get(`/v1/conversations/${id}`)).status));
    expect(statuses).toEqual([404, 404, 200, 200, 200]);
    // A use counts, by whichever clock.
    await small.get(`/v1/conversations/${ids[2]}`);
    const latest = await small.begin();
    expect((await small.get(`/v1/conversations/${ids[3]}`)).status).toBe(404);
    for (const id of [ids[2], ids[4], latest]) expect((await small.get(`/v1/conversations/${id}`)).status).toBe(200);
  });

  test('forgets all of one user at once, in every service, and nothing of others', async () => {
    const other = await start();
    const mine = [await service.begin({ user: 'ann' }), await other.begin({ user: 'ann' })];
    const theirs = [await service.begin({ user: 'bob' }), await service.begin()];
    await (await service.post(`/v1/conversations/${mine[1]}/reply`, { text: 'Hello.' })).arrayBuffer();
    expect(await (await service.get(`/v1/conversations/${mine[0]}`)).json()).toMatchObject({ user: 'ann' });
    const answer = await remove('/v1/conversations?user=ann');
    expect([answer.status, await answer.json()]).toEqual([200, { deleted: 2 }]);
    for (const id of mine) expect((await other.get(`/v1/conversations/${id}`)).status).toBe(404);
    for (const id of theirs) expect((await other.get(`/v1/conversations/${id}`)).status).toBe(200);
    expect(await (await remove('/v1/conversations?user=ann')).json()).toEqual({ deleted: 0 });
    await until(() => [service, other].every(({ engine }) => mine.every((id) => engine.forgotten.includes(id))));
    const keys = await client.keys('*');
    expect(keys.filter((key) => mine.some((id) => key.includes(id)))).toEqual([]);
    // A user's name is in no key, whatever it is.
    expect(keys.join()).not.toContain('bob');
    expect((await remove('/v1/conversations?user=index')).status).toBe(200);
    for (const wrong of ['', '?user=', '?user=a&more=1', '?user=a&user=b'])
      expect((await remove(`/v1/conversations${wrong}`)).status).toBe(400);
  });
});

test('in memory too, all of one user is forgotten at once, and what is old goes by itself', async () => {
  const service = await startTestService({ limits: { conversationSeconds: 0.5 } });
  const [ann, bob] = [await service.begin({ user: 'ann' }), await service.begin({ user: 'bob' })];
  const answer = await fetch(`${service.url}/v1/conversations?user=ann`, { method: 'DELETE' });
  expect(await answer.json()).toEqual({ deleted: 1 });
  expect(service.engine.forgotten).toEqual([ann]);
  expect((await service.get(`/v1/conversations/${bob}`)).status).toBe(200);
  // Nobody asks for it.
  await until(() => service.engine.forgotten.includes(bob), 5);
  await service.stop();
});
