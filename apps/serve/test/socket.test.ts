// Text in as it is written, sound out sentence by sentence, over a WebSocket.
import WebSocket from 'ws';
import { readWav, writeWav } from '@gpt-talker/audio';
import { RATE } from './fake-engine';
import { expectedSamples, startTestService, until, type TestService } from './test-service';

interface Message {
  type: string;
  [field: string]: unknown;
}

/** A client that notes what comes. */
class Client {
  readonly messages: Message[] = [];
  sound = Buffer.alloc(0);
  closed: { code: number; reason: string } | undefined;
  readonly socket: WebSocket;

  constructor(url: string, protocols: string[] = [], options: object = {}) {
    this.socket = new WebSocket(url.replace('http', 'ws'), protocols, options);
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.sound = Buffer.concat([this.sound, data]);
      else this.messages.push(JSON.parse(data.toString()) as Message);
    });
    this.socket.on('close', (code, reason) => (this.closed = { code, reason: reason.toString() }));
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  async next(type: string): Promise<Message> {
    await until(() => this.messages.some((message) => message.type === type) || this.closed !== undefined);
    const found = this.messages.find((message) => message.type === type);
    if (!found)
      throw new Error(`closed instead: ${JSON.stringify(this.closed)} after ${JSON.stringify(this.messages)}`);
    this.messages.splice(this.messages.indexOf(found), 1);
    return found;
  }

  takeSound(): number[] {
    const pcm = new Float32Array(this.sound.length / 2);
    for (let i = 0; i < pcm.length; i++) pcm[i] = this.sound.readInt16LE(2 * i) / 0x8000;
    this.sound = Buffer.alloc(0);
    return [...readWav(writeWav({ samples: pcm, sampleRate: RATE })).samples];
  }
}

let service: TestService;
let clients: Client[] = [];
beforeAll(async () => {
  service = await startTestService({ keys: ['secret'], limits: { sockets: 4, maxTextCharacters: 500 } });
});
afterAll(() => service.stop());
afterEach(async () => {
  service.engine.pause = 0;
  clients.forEach(({ socket }) => socket.terminate());
  await until(async () => /gpt_talker_sockets 0\n/.test(await (await service.get('/metrics', key)).text()));
  clients = [];
});
const key = { Authorization: 'Bearer secret' };

async function begin(body: object = {}): Promise<string> {
  return ((await (await service.post('/v1/conversations', body, key)).json()) as { id: string }).id;
}

async function open(id: string): Promise<Client> {
  const client = new Client(`${service.url}/v1/conversations/${id}/stream`, ['gpt-talker', 'bearer.secret']);
  clients.push(client);
  expect(await client.next('ready')).toMatchObject({ sampleRate: RATE, voice: 'tiny' });
  return client;
}

test('speaks each piece while the next is being written, and keeps the whole', async () => {
  const id = await begin({ turns: [{ role: 'user', text: 'Hi.' }] });
  const client = await open(id);
  client.send({ type: 'start', seed: 5 });
  client.send({ type: 'text', text: 'One sentence. ' });
  // Nothing says yet that the text is complete.
  await until(() => client.sound.length > 0);
  client.send({ type: 'text', text: 'And one more.' });
  client.send({ type: 'end' });
  const { turn } = await client.next('done');
  expect(turn).toMatchObject({
    index: 1,
    role: 'agent',
    text: 'One sentence. And one more.',
    reply: { seed: 5, kept: true },
  });
  expect(client.takeSound()).toEqual([
    ...expectedSamples('One sentence. ', 5, ['Hi.']),
    ...expectedSamples('And one more.', 5, ['Hi.']),
  ]);
  expect(await client.next('started')).toMatchObject({ seed: 5 });
  // The same socket goes on with the same conversation; start may be left out.
  client.send({ type: 'text', text: 'Again.' });
  client.send({ type: 'end' });
  expect((await client.next('done')).turn).toMatchObject({ index: 2, text: 'Again.', reply: { seed: 0 } });
  expect(client.takeSound()).toEqual(expectedSamples('Again.', 0, ['Hi.', 'One sentence. And one more.']));
});

test('the times of words come with the sound, where they are asked for', async () => {
  const client = await open(await begin());
  client.send({ type: 'start', words: true, speaker: 'Ann', instructions: 'cheerful' });
  client.send({ type: 'text', text: 'Hello there.' });
  client.send({ type: 'end' });
  await client.next('done');
  expect(await client.next('words')).toEqual({
    type: 'words',
    words: [{ text: 'Hello there.', start: 0, end: expect.closeTo(0.2), confidence: 0.5 }],
  });
  expect(service.engine.tasks.at(-1)).toMatchObject({ speaker: 'Ann', instructions: 'cheerful' });
  expect(service.engine.tasks.at(-1)).not.toHaveProperty('words');
  client.send({ type: 'text', text: 'Again.' });
  client.send({ type: 'end' });
  await client.next('done');
  expect(client.messages.map(({ type }) => type)).not.toContain('words');
});

test('an interruption stops the sound at once; what was heard is kept', async () => {
  service.engine.pause = 0.02;
  const id = await begin();
  const client = await open(id);
  client.send({ type: 'text', text: 'A very long sentence that goes on and on. '.repeat(5) });
  client.send({ type: 'end' });
  await until(() => client.sound.length >= 2 * 0.3 * RATE);
  client.send({ type: 'interrupt', heardSeconds: 0.2 });
  const { seconds, turn } = await client.next('interrupted');
  expect(seconds).toBeCloseTo(0.2);
  expect(turn).toMatchObject({ index: 0, seconds: 0.2, reply: { stopReason: 'interrupted' } });
  const { length } = client.sound;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(client.sound.length).toBe(length);
  // Within one chunk: the fake engine's are a tenth of a second.
  expect(length).toBeLessThan(2 * 0.6 * RATE);
  const sound = await service.get(`/v1/conversations/${id}/turns/0/audio`, key);
  expect(readWav(new Uint8Array(await sound.arrayBuffer())).samples).toHaveLength(0.2 * RATE);
  service.engine.pause = 0;
  client.send({ type: 'text', text: 'Yes?' });
  client.send({ type: 'end' });
  await client.next('done');
});

test('an interruption before the first sound leaves nothing', async () => {
  service.engine.pause = 0.3;
  const id = await begin();
  const client = await open(id);
  client.send({ type: 'text', text: 'Never heard.' });
  client.send({ type: 'interrupt' });
  expect(await client.next('interrupted')).toMatchObject({ seconds: 0, turn: null });
  expect(client.sound.length).toBe(0);
  expect(((await (await service.get(`/v1/conversations/${id}/turns`, key)).json()) as { turns: [] }).turns).toEqual([]);
});

test('what is wrong is said, and the socket stays open', async () => {
  const client = await open(await begin());
  const complaint = async () => ((await client.next('error')).error as { code: string }).code;
  client.socket.send('{');
  expect(await complaint()).toBe('not_json');
  client.socket.send(Buffer.from('{}'));
  expect(await complaint()).toBe('not_text');
  client.send({ type: 'sing' });
  expect(await complaint()).toBe('invalid_message');
  client.send({ type: 'start', seed: -1 });
  expect(await complaint()).toBe('invalid_message');
  client.send({ type: 'end' });
  expect(await complaint()).toBe('no_reply');
  client.send({ type: 'start' });
  client.send({ type: 'start' });
  expect(await complaint()).toBe('reply_running');
  client.send({ type: 'text', text: '☃' });
  client.send({ type: 'end' });
  expect(await complaint()).toBe('unspeakable');
  for (let i = 0; i < 3; i++) client.send({ type: 'text', text: 'x'.repeat(400) });
  expect(await complaint()).toBe('text_too_long');
  expect(client.closed).toBeUndefined();
});

test('a message that is too large closes the socket', async () => {
  const client = await open(await begin());
  client.send({ type: 'text', text: 'x'.repeat(300_000) });
  await until(() => client.closed !== undefined);
  expect(client.closed?.code).toBe(1009);
});

test('work stops when the client goes away', async () => {
  service.engine.pause = 0.02;
  const client = await open(await begin());
  const text = 'Nobody hears the end of this. '.repeat(10);
  client.send({ type: 'text', text });
  await until(() => client.sound.length > 0);
  client.socket.terminate();
  await until(() => service.engine.stopped.includes(text));
});

test.each<[string, string, string[], object, number]>([
  ['without a key', '', ['gpt-talker'], {}, 401],
  ['with a wrong key', '', ['gpt-talker', 'bearer.wrong'], {}, 401],
  ['from a foreign page', '', ['gpt-talker', 'bearer.secret'], { origin: 'https://evil.example' }, 403],
  ['to no conversation', 'c_nobody', ['gpt-talker', 'bearer.secret'], {}, 404],
])('a socket %s is refused', async (_what, id, protocols, options, status) => {
  const url = `${service.url}/v1/conversations/${id || (await begin())}/stream`;
  const client = new Client(url, protocols, options);
  const refused = await new Promise<number>((resolve) => {
    client.socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode!);
    });
    client.socket.on('error', () => {});
  });
  expect(refused).toBe(status);
});

test('as many sockets as there may be, and no more; without an upgrade it is no address', async () => {
  const id = await begin();
  for (let i = 0; i < 4; i++) await open(id);
  const url = `${service.url}/v1/conversations/${id}/stream`;
  const client = new Client(url, ['gpt-talker', 'bearer.secret']);
  expect(
    await new Promise((resolve) =>
      client.socket
        .on('unexpected-response', (request, response) => (request.destroy(), resolve(response.statusCode)))
        .on('error', () => {}),
    ),
  ).toBe(429);
  expect((await fetch(url, { headers: key })).status).toBe(426);
});
