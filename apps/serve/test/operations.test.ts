// For those who run the service: keys, origins, limits, queues, time, metrics, logs, and the end.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  expectedSamples,
  folderWith,
  raw,
  samplesOf,
  someWav,
  startTestService,
  until,
  type TestOptions,
  type TestService,
} from './test-service';

const running: TestService[] = [];
async function start(options: TestOptions = {}): Promise<TestService> {
  const service = await startTestService(options);
  running.push(service);
  return service;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});
const speech = (input: string, more: object = {}) => ({
  model: 'tts-1',
  voice: 'tiny',
  input,
  response_format: 'pcm',
  ...more,
});
const code = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

describe('keys', () => {
  test('guard what is not for everybody', async () => {
    const service = await start({ keys: ['first', 'second'] });
    for (const open of ['/', '/healthz', '/readyz', '/openapi.json', '/docs/'])
      expect((await service.get(open)).status).toBe(200);
    for (const guarded of [
      '/v1/models',
      '/v1/audio/voices',
      '/metrics',
      '/tts?text=Hi&text_lang=en',
      '/speakers',
      '/v1/conversations/c_x',
    ]) {
      const response = await service.get(guarded);
      expect([guarded, response.status, response.headers.get('www-authenticate'), await code(response)]).toEqual([
        guarded,
        401,
        'Bearer',
        'invalid_api_key',
      ]);
    }
    expect((await service.post('/', { text: 'Hi.', text_lang: 'en' })).status).toBe(401);
    for (const wrong of ['Bearer wrong', 'Basic first', 'first', 'Bearer', `Bearer ${'x'.repeat(5000)}`])
      expect((await service.get('/v1/models', { Authorization: wrong })).status).toBe(401);
    for (const right of ['Bearer first', 'bearer second'])
      expect((await service.get('/v1/models', { Authorization: right })).status).toBe(200);
  });
});

describe('origins', () => {
  test('CORS is off unless asked for, and foreign pages have no effect', async () => {
    const service = await start();
    const foreign = { Origin: 'https://page.example' };
    expect((await service.get('/v1/models', foreign)).headers.get('access-control-allow-origin')).toBeNull();
    const response = await service.post('/v1/conversations', {}, foreign);
    expect([response.status, await code(response)]).toEqual([403, 'foreign_origin']);
    expect((await service.post('/v1/conversations', {}, { Origin: service.url })).status).toBe(201);
  });

  test('those that were named may', async () => {
    const service = await start({ origins: ['https://page.example'] });
    const asked = await fetch(`${service.url}/v1/audio/speech`, {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://page.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'content-type',
      },
    });
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, 'https://page.example']);
    const response = await service.post('/v1/conversations', {}, { Origin: 'https://page.example' });
    expect([response.status, response.headers.get('access-control-expose-headers')]).toEqual([
      201,
      expect.stringContaining('X-Reply-Id'),
    ]);
    expect((await service.post('/v1/conversations', {}, { Origin: 'https://other.example' })).status).toBe(403);
  });
});

describe('too much at once', () => {
  test('waits in a line that ends; the next are told when to come again', async () => {
    const service = await start({ fake: { pause: 0.05, capacity: 1 }, limits: { queue: 2 } });
    const texts = ['First in line.', 'Second in line.', 'Third in line.'];
    const answers = texts.map((text) => service.post('/v1/audio/speech', speech(text)));
    await until(async () => /queue_waiting 2\n/.test(await (await service.get('/metrics')).text()));
    const refused = await service.post('/v1/audio/speech', speech('Too late.'));
    expect([refused.status, Number(refused.headers.get('retry-after')) >= 1, await code(refused)]).toEqual([
      429,
      true,
      'too_busy',
    ]);
    for (const [i, answer] of answers.entries()) {
      const { byteLength } = await (await answer).arrayBuffer();
      expect(byteLength).toBe(3 * expectedSamples(texts[i]).length);
    }
  });

  test('who leaves the line makes room; who waits too long is told so', async () => {
    const service = await start({ fake: { pause: 0.05, capacity: 0 }, limits: { queue: 1, replySeconds: 0.3 } });
    const controller = new AbortController();
    const leaving = fetch(`${service.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(speech('Hi.')),
      signal: controller.signal,
    });
    await until(async () => /queue_waiting 1\n/.test(await (await service.get('/metrics')).text()));
    controller.abort();
    await expect(leaving).rejects.toThrow();
    await until(async () => /queue_waiting 0\n/.test(await (await service.get('/metrics')).text()));
    const late = await service.post('/v1/audio/speech', speech('Hi.'));
    expect([late.status, await code(late)]).toEqual([504, 'timeout']);
  });

  test('a reply that takes too long is broken off', async () => {
    const service = await start({ fake: { pause: 0.1 }, limits: { replySeconds: 0.35 } });
    const text = 'This is going to take longer than is allowed, by far.';
    const response = await service.post('/v1/audio/speech', speech(text));
    await expect(response.arrayBuffer()).rejects.toThrow();
    expect(service.engine.stopped).toContain(text);
  });

  test('a client that reads slowly keeps nobody waiting', async () => {
    const service = await start({ fake: { capacity: 1 } });
    const slow = await service.post('/v1/audio/speech', speech('A long text that is not read. '.repeat(100)));
    const other = await service.post('/v1/audio/speech', speech('Quick.'));
    expect((await other.arrayBuffer()).byteLength).toBeGreaterThan(0);
    await slow.body!.cancel();
  });

  test('conversations beyond their number, or age, are forgotten', async () => {
    const service = await start({ limits: { conversations: 2, conversationSeconds: 0.4 } });
    const [first, second] = [await service.begin(), await service.begin()];
    await service.get(`/v1/conversations/${first}`);
    const third = await service.begin();
    const status = async (id: string) => (await service.get(`/v1/conversations/${id}`)).status;
    expect([await status(first), await status(second), await status(third)]).toEqual([200, 404, 200]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([await status(first), await status(third)]).toEqual([404, 404]);
    expect(service.engine.forgotten).toEqual(expect.arrayContaining([first, second, third]));
  });

  test('conversations whose sound is too much are refused, and forgotten to make room for others', async () => {
    const service = await start({ limits: { conversationBytes: 50_000, storeBytes: 100_000 } });
    const wav = Buffer.from(someWav(1.2)).toString('base64');
    const [first, second] = [await service.begin(), await service.begin()];
    const add = (id: string) =>
      service.post(`/v1/conversations/${id}/turns`, { role: 'user', text: 'Hi.', audio: wav });
    expect([(await add(first)).status, (await add(first)).status]).toEqual([201, 201]);
    const full = await add(first);
    expect([full.status, await code(full)]).toEqual([413, 'conversation_full']);
    expect((await add(second)).status).toBe(201);
    expect([
      (await service.get(`/v1/conversations/${first}`)).status,
      (await service.get(`/v1/conversations/${second}`)).status,
    ]).toEqual([404, 200]);
  });
});

describe('what is no proper request gets an answer with a reason, and the process lives', () => {
  let service: TestService;
  beforeEach(async () => {
    service = await start({ hosts: ['x'], limits: { bodyBytes: 100_000, requestSeconds: 1 } });
  });
  afterEach(async () => expect((await service.get('/healthz')).status).toBe(200));
  const head = (more = '') =>
    `POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n${more}\r\n`;
  const status = (answer: string) => Number(answer.split(' ')[1]);
  const reason = (answer: string) =>
    (
      JSON.parse(answer.slice(answer.indexOf('\r\n\r\n{') + 4).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '')) as {
        error: { code: string };
      }
    ).error.code;

  test.each<[string, string | Uint8Array, number, string]>([
    ['no HTTP', 'hello\r\n\r\n', 400, 'not_http'],
    ['no body', head('Content-Length: 0\r\n'), 400, 'invalid_request'],
    ['no JSON', `${head('Content-Length: 5\r\n')}{"a":`, 400, 'fst_err_ctp_invalid_json_body'],
    [
      'a prototype',
      `${head('Content-Length: 25\r\n')}{"__proto__":{"input":""}}`.slice(0, -1),
      400,
      'fst_err_ctp_invalid_json_body',
    ],
    [
      'bytes that are no UTF-8',
      Buffer.concat([
        Buffer.from(head('Content-Length: 26\r\n')),
        Buffer.from('{"input":"'),
        Buffer.from([0xff, 0xfe, 0xc0]),
        Buffer.from('","model":"x"'),
      ]),
      400,
      'not_utf8',
    ],
    ['a body that is announced too large', head('Content-Length: 999999999999\r\n'), 413, 'fst_err_ctp_body_too_large'],
    ['a length that is none', head('Content-Length: many\r\n'), 400, 'not_http'],
    ['two lengths', head('Content-Length: 5\r\nContent-Length: 6\r\n'), 400, 'not_http'],
    ['huge headers', head(`X: ${'x'.repeat(100_000)}\r\n`), 431, 'headers_too_large'],
    [
      'another type',
      'POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}',
      415,
      'fst_err_ctp_invalid_media_type',
    ],
    [
      'a path that cannot be decoded',
      'GET /v1/conversations/%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      400,
      'fst_err_bad_url',
    ],
    [
      'a path out of the page',
      'GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      404,
      'not_found',
    ],
    [
      'an encoded path out of the page',
      'GET /assets/..%2f..%2f..%2fpackage.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      404,
      'not_found',
    ],
    [
      'another method',
      'PUT /v1/audio/speech HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      404,
      'not_found',
    ],
    [
      'an endless path',
      `GET /v1/conversations/${'x'.repeat(5000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      414,
      'fst_err_max_param_length',
    ],
  ])('%s', async (_what, bytes, expected, expectedReason) => {
    const answer = await raw(service.url, bytes, { keepOpen: true });
    expect([status(answer), reason(answer)]).toEqual([expected, expectedReason]);
  });

  test('a body that is too large', async () => {
    const response = await service.post('/v1/audio/speech', speech('x'.repeat(200_000)));
    expect([response.status, await code(response)]).toEqual([413, 'fst_err_ctp_body_too_large']);
    const form = new FormData();
    form.set('role', 'user');
    form.set('text', 'Hi.');
    form.set('audio', new Blob([new Uint8Array(200_000)]));
    const upload = await fetch(`${service.url}/v1/conversations/${await service.begin()}/turns`, {
      method: 'POST',
      body: form,
    });
    expect([upload.status, await code(upload)]).toEqual([413, 'fst_req_file_too_large']);
  });

  test('a form that breaks off', async () => {
    const body =
      '--b\r\nContent-Disposition: form-data; name="role"\r\n\r\nuser\r\n--b\r\nContent-Disposition: form-data; name="audio"; filename="x"\r\n\r\nRIFF';
    const request = `POST /v1/conversations/x/turns HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    expect(status(await raw(service.url, request, { keepOpen: true }))).toBe(400);
  });

  test('headers, or a body, that come too slowly', async () => {
    const begin = performance.now();
    const [headers, body] = await Promise.all([
      raw(service.url, 'POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\n', { keepOpen: true }),
      raw(service.url, `${head('Content-Length: 100\r\n')}{"model":`, { keepOpen: true }),
    ]);
    expect([status(headers), reason(headers)]).toEqual([408, 'too_slow']);
    expect([status(body), reason(body)]).toEqual([408, 'too_slow']);
    expect(performance.now() - begin).toBeLessThan(5000);
  });
});

describe('watching', () => {
  test('metrics count requests and sound', async () => {
    const service = await start();
    await (await service.post('/v1/audio/speech', speech('Hello.'))).arrayBuffer();
    await service.get('/nowhere');
    await service.begin();
    const response = await service.get('/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    for (const line of [
      'gpt_talker_http_requests_total{method="POST",route="/v1/audio/speech",status="200"} 1',
      'gpt_talker_http_requests_total{method="GET",route="none",status="404"} 1',
      'gpt_talker_replies_total{endpoint="speech",outcome="spoken"} 1',
      'gpt_talker_first_sound_seconds_count{endpoint="speech"} 1',
      'gpt_talker_reply_seconds_count{endpoint="speech"} 1',
      'gpt_talker_queue_waiting 0',
      'gpt_talker_conversations 1',
      'gpt_talker_resident_bytes{process="worker-0"} 1000',
    ])
      expect(text).toContain(`${line}\n`);
    expect(text).toMatch(/gpt_talker_resident_bytes\{process="service"\} \d{7,}/);
  });

  test('the log has no texts unless it may', async () => {
    const discreet = await start();
    const open = await start({ logText: true });
    for (const service of [discreet, open]) {
      await (await service.post('/v1/audio/speech', speech('My secret plan.'))).arrayBuffer();
      await service.post('/v1/audio/speech', speech('secret ☃'));
      await (await service.get('/tts?text=My%20secret%20plan.&text_lang=en')).arrayBuffer();
      const id = await service.begin({ turns: [{ role: 'user', text: 'My secret plan.' }] });
      await service.post(`/v1/conversations/${id}/turns`, { role: 'user', text: 'secret', audio: '!' });
    }
    await until(() => discreet.log.filter(({ msg }) => msg === 'request').length === 5);
    expect(JSON.stringify(discreet.log)).not.toContain('secret');
    expect(discreet.log).toContainEqual(
      expect.objectContaining({
        msg: 'request',
        method: 'POST',
        route: '/v1/audio/speech',
        status: 200,
        seconds: expect.any(Number),
      }),
    );
    expect(discreet.log).toContainEqual(
      expect.objectContaining({ msg: 'request refused', code: 'unspeakable', status: 400 }),
    );
    expect(JSON.stringify(open.log)).toContain('My secret plan.');
  });

  test('readiness follows the workers', async () => {
    const service = await start();
    expect(await (await service.get('/readyz')).json()).toEqual({
      ready: true,
      workers: { ready: 1, wanted: 1 },
      store: { kind: 'memory', answers: true, full: false },
      stopping: false,
    });
    service.engine.setCapacity(0);
    const response = await service.get('/readyz');
    expect([response.status, await response.json()]).toEqual([503, expect.objectContaining({ ready: false })]);
    expect((await service.get('/healthz')).status).toBe(200);
  });
});

test('the page is served with its own policy, and nothing beside it', async () => {
  const { folder, remove } = await folderWith({
    'index.html': `<meta http-equiv="Content-Security-Policy" content="default-src 'self'; style-src 'self' 'sha256-x'"><p>Hello.</p>`,
    'secret.txt': 'part of the page',
  });
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'assets', 'app.js'), 'hello()');
  const service = await start({ page: folder });
  const page = await service.get('/');
  expect(page.headers.get('content-security-policy')).toBe(
    "default-src 'self'; style-src 'self' 'sha256-x'; frame-ancestors 'none'",
  );
  expect(await page.text()).toContain('<p>Hello.</p>');
  const script = await service.get('/assets/app.js');
  expect([script.headers.get('content-type'), script.headers.get('x-content-type-options')]).toEqual([
    expect.stringContaining('javascript'),
    'nosniff',
  ]);
  expect(await script.text()).toBe('hello()');
  expect((await service.get('/assets/')).status).toBe(404);
  await remove();
});

test('the end: replies that are being made are finished, others are told to come again', async () => {
  const service = await start({ fake: { pause: 0.05 } });
  const id = await service.begin();
  const text = 'This is being said while the service stops.';
  const response = await service.post(`/v1/conversations/${id}/reply`, { text });
  const stopped = service.stop();
  const ready = await service.get('/readyz');
  expect([ready.status, await ready.json()]).toEqual([503, expect.objectContaining({ stopping: true })]);
  const late = await service.post('/v1/audio/speech', speech('Too late.'));
  expect([late.status, late.headers.get('retry-after'), await code(late)]).toEqual([503, '5', 'stopping']);
  expect(service.engine.disposed).toBe(false);
  expect(await samplesOf(response)).toEqual(expectedSamples(text));
  await stopped;
  expect(service.engine.disposed).toBe(true);
  await expect(service.get('/healthz')).rejects.toThrow();
});
