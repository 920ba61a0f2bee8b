// Who may come, by which name, and how long somebody who takes nothing is waited for.
import { connect, type Socket } from 'node:net';
import WebSocket from 'ws';
import type { Service } from '../src/server/service';
import { SocketSession } from '../src/server/socket-session';
import { raw, startTestService, until, type TestOptions, type TestService } from './test-service';

const running: TestService[] = [];
async function start(options: TestOptions = {}): Promise<TestService> {
  const service = await startTestService(options);
  running.push(service);
  return service;
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.stop()));
});
const status = (answer: string) => Number(answer.split(' ')[1]);
const request = (method: string, path: string, headers: Record<string, string>, body = '') =>
  `${method} ${path} HTTP/1.1\r\nConnection: close\r\n${Object.entries({
    'Content-Length': String(body.length),
    ...headers,
  })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n${body}`;

describe('names', () => {
  const asked = async (service: TestService, host: string, path = '/v1/models') =>
    status(await raw(service.url, request('GET', path, { Host: host }), { keepOpen: true }));

  test('an address, this machine, and names that were allowed; of any other, nothing but the signs of life', async () => {
    const service = await start({ hosts: ['Speech.Example', 'gpt-talker.svc'] });
    const ours = ['127.0.0.1', '127.0.0.1:1', '[::1]:80', '10.1.2.3:8080', 'localhost', 'LOCALHOST:80', 'a.localhost'];
    for (const host of [...ours, 'speech.example', 'speech.example.', 'SPEECH.example:99', 'gpt-talker.svc'])
      expect([host, await asked(service, host)]).toEqual([host, 200]);
    const foreign = [
      'page.example',
      'page.example:8080',
      'speech.example.page.example',
      'xspeech.example',
      'localhost.page.example',
    ];
    for (const host of [
      ...foreign,
      '127.0.0.1.page.example',
      'localhost@page.example',
      '127.0.0.1:80@page.example',
      ' ',
      'a b',
      '*',
    ]) {
      expect([host, await asked(service, host)]).toEqual([host, 403]);
      expect([host, await asked(service, host, '/')]).toEqual([host, 403]);
      expect([host, await asked(service, host, '/readyz')]).toEqual([host, 200]);
    }
    const refused = await raw(service.url, request('GET', '/v1/models', { Host: 'page.example' }), { keepOpen: true });
    expect(refused).toContain('foreign_host');
    expect(refused).toContain('--allow-host');
  });

  test('all names, where all are allowed', async () => {
    expect(await asked(await start({ hosts: ['*'] }), 'page.example')).toBe(200);
  });

  test('a page whose name was made to lead here has no WebSocket', async () => {
    const service = await start();
    const id = await service.begin();
    const open = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${service.url.replace('http', 'ws')}/v1/conversations/${id}/stream`, { headers });
        socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
        socket.on('open', () => (resolve('open'), socket.close()));
        socket.on('error', () => undefined);
      });
    expect(await open({ Host: 'page.example', Origin: 'http://page.example' })).toBe(403);
    expect(await open({ Origin: 'http://page.example' })).toBe(403);
    expect(await open({ Origin: service.url })).toBe('open');
  });
});

describe('pages of other origins', () => {
  const tts = '/tts?text=Hi.&text_lang=en';
  const from = (service: TestService, headers: Record<string, string>) =>
    raw(service.url, request('GET', tts, { Host: '127.0.0.1', ...headers }), { keepOpen: true }).then(status);

  test('have nothing computed by a link or an image either', async () => {
    const service = await start();
    expect(await from(service, { Origin: 'https://page.example' })).toBe(403);
    expect(await from(service, { 'Sec-Fetch-Site': 'cross-site' })).toBe(403);
    expect(await from(service, { 'Sec-Fetch-Site': 'same-site', Referer: 'http://127.0.0.1:9/' })).toBe(403);
    expect(service.engine.tasks).toEqual([]);
    for (const own of [{}, { 'Sec-Fetch-Site': 'none' }, { 'Sec-Fetch-Site': 'same-origin' }])
      expect(await from(service, own as Record<string, string>)).toBe(200);
    // What computes nothing may be asked for: browsers do not let the page see it.
    expect((await service.get('/v1/models', { Origin: 'https://page.example' })).status).toBe(200);
  });

  test('may, where they were named', async () => {
    const service = await start({ origins: ['https://page.example'] });
    expect(await from(service, { Origin: 'https://page.example' })).toBe(200);
    const image = { 'Sec-Fetch-Site': 'cross-site', Referer: 'https://page.example/talk' };
    expect(await from(service, image)).toBe(200);
    expect(await from(service, { ...image, Referer: 'https://other.example/' })).toBe(403);
  });
});

describe('who takes nothing', () => {
  const text = 'A long text that nobody takes.';
  /** 20 MB of sound: far more than the system's own buffers take. */
  const fake = { times: 1000 };
  const head = (path: string, body: string) =>
    request('POST', path, { Host: '127.0.0.1', 'Content-Type': 'application/json' }, body);
  /** Sends something and then neither reads nor goes away. */
  const deaf = (service: TestService, bytes: string): Promise<Socket> =>
    new Promise((resolve) => {
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () =>
        socket.write(bytes, () => resolve(socket)),
      );
      socket.on('error', () => undefined);
      socket.pause();
    });
  const gauge = async (service: TestService, name: string) =>
    Number(new RegExp(`^gpt_talker_${name} (\\S+)$`, 'm').exec(await (await service.get('/metrics')).text())?.[1]);
  const cut = (service: TestService) =>
    service.log.filter(({ msg }) => String(msg).includes('client took nothing')).length;

  test.each([
    ['a stream', '/v1/audio/speech', { model: 'tts-1', input: text, response_format: 'wav' }],
    ['events', '/v1/audio/speech', { model: 'tts-1', input: text, response_format: 'wav', stream_format: 'sse' }],
    ['a whole file', '/tts', { text, text_lang: 'en' }],
  ])('is cut: %s', async (_what, path, body) => {
    const service = await start({ fake, limits: { writeSeconds: 1 } });
    await deaf(service, head(path, JSON.stringify(body)));
    await until(() => cut(service) === 1, 30);
    await until(async () => (await gauge(service, 'unsent_bytes')) === 0);
    expect(service.log).toContainEqual(expect.objectContaining({ msg: 'client took nothing: connection cut' }));
  });

  test('is cut: a WebSocket, and of a reply that is made no more waits than it takes', async () => {
    const service = await start({ fake, limits: { writeSeconds: 1 } });
    const id = await service.begin();
    const socket = new WebSocket(`${service.url.replace('http', 'ws')}/v1/conversations/${id}/stream`);
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send(JSON.stringify({ type: 'text', text }));
    socket.send(JSON.stringify({ type: 'end' }));
    socket.pause();
    await until(() => cut(service) === 1, 30);
    await until(async () => (await gauge(service, 'sockets')) === 0);
    await until(async () => (await gauge(service, 'unsent_bytes')) === 0);
    socket.terminate();
  });

  test('is cut: a WebSocket that asks and does not read the answers', () => {
    const told: string[] = [];
    const socket = {
      bufferedAmount: 0,
      send: async () => void told.push('sent'),
      close: () => told.push('closed'),
      cut: () => told.push('cut'),
    };
    const session = new SocketSession('c_x', {} as Service, socket);
    session.receive(Buffer.from('{"type":"nonsense"}'), false);
    socket.bufferedAmount = 2 * 2 ** 20;
    session.receive(Buffer.from('{"type":"nonsense"}'), false);
    expect(told).toEqual(['sent', 'cut']);
  });

  test('does not hold so much that there is no end: others are told to come again, until it is taken', async () => {
    const service = await start({ fake: { times: 500 }, limits: { unsentBytes: 1e6 } });
    const body = JSON.stringify({ model: 'tts-1', input: text, response_format: 'wav' });
    const sockets = [await deaf(service, head('/v1/audio/speech', body))];
    await until(async () => (await gauge(service, 'unsent_bytes')) > 1e6, 20);
    const refused = await service.post('/v1/audio/speech', { model: 'tts-1', input: 'Hi.', response_format: 'wav' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    sockets.forEach((socket) => socket.resume());
    await until(async () => (await gauge(service, 'unsent_bytes')) === 0, 50);
    expect(
      (await service.post('/v1/audio/speech', { model: 'tts-1', input: 'Hi.', response_format: 'wav' })).status,
    ).toBe(200);
  });

  test('one that reads slowly, but reads, is not cut', async () => {
    const service = await start({ fake: { times: 100 }, limits: { writeSeconds: 1 } });
    const body = JSON.stringify({ model: 'tts-1', input: text, response_format: 'pcm' });
    const socket = await deaf(service, head('/v1/audio/speech', body));
    let bytes = 0;
    socket.on('data', (part) => {
      bytes += part.length;
      socket.pause();
      setTimeout(() => socket.resume(), 30);
    });
    socket.resume();
    await new Promise((resolve) => socket.on('close', resolve));
    expect(bytes).toBeGreaterThan(6 * 100 * 1600 * 2);
    expect(cut(service)).toBe(0);
  });
});

describe('the log calls what happens by its name:', () => {
  const said = (service: TestService) => service.log.map(({ msg }) => msg);

  test('a frame that is none', async () => {
    const service = await start();
    const id = await service.begin();
    const upgrade = request('GET', `/v1/conversations/${id}/stream`, {
      ...{ Host: '127.0.0.1', Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' },
      'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    }).replace('Connection: close\r\n', '');
    const socket = await new Promise<Socket>((resolve) => {
      const opened = connect(Number(new URL(service.url).port), '127.0.0.1', () => opened.write(upgrade));
      opened.once('data', () => resolve(opened));
    });
    socket.write(Buffer.from([0xff, 0xff, 0, 0, 0, 0]));
    await until(() => said(service).includes('malformed frame'));
    expect(service.log).toContainEqual(expect.objectContaining({ code: expect.stringMatching(/^WS_ERR/), level: 30 }));
    socket.destroy();
  });

  test('what is no HTTP, and what does not arrive', async () => {
    const service = await start({ limits: { requestSeconds: 1 } });
    await raw(service.url, 'hello\r\n\r\n', { keepOpen: true });
    await raw(service.url, 'POST /v1/audio/speech HTTP/1.1\r\nHost: x\r\n', { keepOpen: true });
    expect(service.log).toContainEqual(
      expect.objectContaining({ msg: 'request refused', code: 'not_http', status: 400 }),
    );
    expect(service.log).toContainEqual(
      expect.objectContaining({ msg: 'request refused', code: 'too_slow', status: 408 }),
    );
  });

  test('a reply that took too long', async () => {
    const service = await start({ fake: { capacity: 0 }, limits: { replySeconds: 0.2 } });
    expect(
      (await service.post('/v1/audio/speech', { model: 'tts-1', input: 'Hi.', response_format: 'wav' })).status,
    ).toBe(504);
    await until(() => said(service).includes('request timed out'));
    expect(service.log.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  });
});
