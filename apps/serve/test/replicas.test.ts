// Replicas behind Debian's nginx with the published configuration, and one Redis: a conversation stays where it is known, moves when that one
// is gone, and loses nothing.
import { hasNginx, startNginx, type TestNginx } from './nginx-server';
import { hasRedis, startRedis, type TestRedis } from './redis-server';
import { expectedSamples, samplesOf, startTestService, type TestService } from './test-service';

const describeReplicas = hasNginx && hasRedis ? describe : describe.skip;

describeReplicas('replicas (skipped where nginx-light or redis-server is not installed)', () => {
  let redis: TestRedis;
  let nginx: TestNginx;
  let services: TestService[];
  beforeAll(async () => {
    redis = await startRedis();
    services = await Promise.all([1, 2, 3].map(() => startTestService({ store: redis.url })));
    nginx = await startNginx(services.map(({ url }) => new URL(url).host));
  });
  afterAll(async () => {
    await nginx.stop();
    await Promise.all(services.map((service) => service.stop()));
    await redis.stop();
  });

  const post = (where: string, body: object, headers: Record<string, string> = {}) =>
    fetch(nginx.url + where, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const begin = async () => (await post('/v1/conversations', {})).headers.get('x-conversation-id') as string;
  const answeredBy = (response: Response) => response.headers.get('x-answered-by')?.split(', ').at(-1);

  test('a conversation stays with one of them, and conversations are spread', async () => {
    const places = new Map<string, string | undefined>();
    for (let number = 0; number < 30; number++) {
      const id = await begin();
      const said = await post(`/v1/conversations/${id}/turns`, { role: 'user', text: 'Hi.' });
      places.set(id, answeredBy(said));
    }
    expect(new Set(places.values()).size).toBe(3);
    for (const [id, place] of places) {
      const reply = await post(`/v1/conversations/${id}/reply`, { text: 'Hello.' });
      expect(answeredBy(reply)).toBe(place);
      expect(await samplesOf(reply)).toEqual(expectedSamples('Hello.', 0, ['Hi.']));
      // By the header, where the path does not say it.
      const models = await fetch(`${nginx.url}/v1/models`, { headers: { 'X-Conversation-Id': id } });
      expect(answeredBy(models)).toBe(place);
    }
    // Nothing was read twice: the first turn has no history, and the reply came where the turn was.
    expect(services.map(({ engine }) => engine.loads)).toEqual([0, 0, 0]);
  });

  test('it moves when that one is gone, with its history; a request that is sent again is not done twice', async () => {
    const id = await begin();
    const first = await post(`/v1/conversations/${id}/turns`, { role: 'user', text: 'Hi.' }, { 'If-Match': '"0"' });
    expect([first.status, first.headers.get('etag')]).toEqual([201, '"1"']);
    const gone = services.findIndex(({ url }) => new URL(url).host === answeredBy(first));
    await services[gone].stop();
    const reply = await post(`/v1/conversations/${id}/reply`, { text: 'Hello.', seed: 3 }, { 'If-Match': '"1"' });
    expect(answeredBy(reply)).not.toBe(answeredBy(first));
    expect(await samplesOf(reply)).toEqual(expectedSamples('Hello.', 3, ['Hi.']));
    const again = await post(`/v1/conversations/${id}/reply`, { text: 'Hello.', seed: 3 }, { 'If-Match': '"1"' });
    expect([again.status, await again.json()]).toEqual([
      412,
      { error: expect.objectContaining({ code: 'turns_differ', message: expect.stringContaining('has 2 turns') }) },
    ]);
    const turns = await fetch(`${nginx.url}/v1/conversations/${id}/turns`);
    expect(turns.headers.get('etag')).toBe('"2"');
    expect(((await turns.json()) as { turns: object[] }).turns).toHaveLength(2);
    const { url } = services.find((_, index) => index !== gone) as TestService;
    const figures = await (await fetch(`${url}/metrics`)).text();
    expect(figures).toMatch(/^gpt_talker_busy_share 0$/m);
    expect(Number(/^gpt_talker_busy_seconds_total (\S+)$/m.exec(figures)?.[1])).toBeGreaterThan(0);
    expect(Number(/^gpt_talker_queue_wait_seconds_count (\S+)$/m.exec(figures)?.[1])).toBeGreaterThan(0);
    // The replica that took it over read its history once; the one that is gone, never.
    expect(services.map(({ engine }) => engine.loads).sort()).toEqual([0, 0, 1]);
    const odd = await post(`/v1/conversations/${id}/turns`, { role: 'user', text: 'x' }, { 'If-Match': '"two"' });
    expect(odd.status).toBe(400);
  });
});
