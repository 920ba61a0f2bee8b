// Wyoming as Home Assistant speaks it, over a real socket: the events are those that the protocol's README lists.
import net from 'node:net';
import { WyomingReader, wyomingBytes, type WyomingEvent } from '../src/wyoming/events';
import { startWyoming, type WyomingServer } from '../src/wyoming/server';
import type { Service } from '../src/server/service';
import { Channel } from '../src/engine/channel';
import type { Audio } from '@gpt-talker/audio';

const voice = {
  name: 'tiny',
  description: 'a voice',
  languages: ['en'],
  sampleRate: 16_000,
  speakers: ['agent', 'user'],
};
const asked: Record<string, unknown>[] = [];

const service = {
  version: '1.0.0',
  limits: { sockets: 4, replySeconds: 10, maxTextCharacters: 100 },
  engine: { voices: [voice] },
  speaking: {
    async open(task: { text: string | AsyncIterable<string> }) {
      const texts: string[] = [];
      const chunks = new Channel<Audio>();
      if (typeof task.text === 'string') texts.push(task.text);
      else for await (const part of task.text) texts.push(part);
      asked.push({ ...task, text: texts });
      for (let at = 0; at < 2; at++) chunks.push({ samples: new Float32Array(160).fill(0.5), sampleRate: 16_000 });
      chunks.end();
      return { chunks, facts: () => undefined, interrupt: () => undefined };
    },
  },
} as unknown as Service;

let server: WyomingServer;
beforeAll(async () => (server = await startWyoming(service, { host: '127.0.0.1', port: 0 })));
afterAll(() => server.stop());
beforeEach(() => (asked.length = 0));

/** Sends events, and gives those that come back until one of a type. */
async function exchange(events: (WyomingEvent | Buffer)[], until: string): Promise<WyomingEvent[]> {
  const socket = net.connect(server.port, '127.0.0.1');
  const reader = new WyomingReader(1e6);
  const received: WyomingEvent[] = [];
  const done = new Promise<void>((resolve, reject) => {
    socket.on('error', reject).on('close', () => resolve());
    socket.on('data', (bytes) => {
      received.push(...reader.push(bytes));
      if (received.some(({ type }) => type === until)) resolve();
    });
  });
  for (const event of events) socket.write('type' in event ? wyomingBytes(event, '1.7.2') : event);
  await done;
  socket.destroy();
  return received;
}

const types = (events: WyomingEvent[]) => events.map(({ type }) => type);

test('it describes its voices, and that it streams', async () => {
  const [info] = await exchange([Buffer.from('{"type": "describe"}\n')], 'info');
  expect(info.data.tts).toMatchObject([
    {
      name: 'gpt-talker',
      installed: true,
      supports_synthesize_streaming: true,
      voices: [{ name: 'tiny', languages: ['en'], speakers: [{ name: 'agent' }, { name: 'user' }] }],
    },
  ]);
});

/** What readers of the protocol's messages (wyoming 1.8, info.py and audio.py) require, and of which type. */
const REQUIRED: Record<string, Record<string, 'string' | 'number' | 'boolean' | 'list' | 'object'>> = {
  program: { name: 'string', attribution: 'object', installed: 'boolean', voices: 'list' },
  voice: { name: 'string', attribution: 'object', installed: 'boolean', languages: 'list' },
  attribution: { name: 'string', url: 'string' },
  speaker: { name: 'string' },
  'audio-start': { rate: 'number', width: 'number', channels: 'number' },
  'audio-chunk': { rate: 'number', width: 'number', channels: 'number' },
};
const typeOf = (value: unknown) => (Array.isArray(value) ? 'list' : typeof value);
const lacking = (what: string, value: object) =>
  Object.entries(REQUIRED[what]).filter(([name, type]) => typeOf((value as Record<string, unknown>)[name]) !== type);

test('every message has what the protocol requires', async () => {
  const [info] = await exchange([{ type: 'describe', data: {} }], 'info');
  interface Artifact {
    attribution: object;
    speakers: object[];
    voices: Artifact[];
  }
  const [program] = info.data.tts as Artifact[];
  // Absent and null are the same to readers of dataclasses, but these keys must be there.
  for (const artifact of [program, ...program.voices]) {
    expect(Object.keys(artifact)).toEqual(expect.arrayContaining(['description', 'version']));
    expect(lacking('attribution', artifact.attribution)).toEqual([]);
  }
  expect(lacking('program', program)).toEqual([]);
  for (const spoken of program.voices) {
    expect(lacking('voice', spoken)).toEqual([]);
    for (const speaker of spoken.speakers) expect(lacking('speaker', speaker)).toEqual([]);
  }
  const events = await exchange(
    [{ type: 'synthesize', data: { text: 'Hi.', text_format: 'text', context: {} } }],
    'audio-stop',
  );
  for (const { type, data } of events) if (type in REQUIRED) expect(lacking(type, data)).toEqual([]);
});

test('a text is spoken in chunks of 16 bits', async () => {
  const events = await exchange(
    [{ type: 'synthesize', data: { text: 'Hello.', voice: { name: 'tiny', speaker: 'user' } } }],
    'audio-stop',
  );
  expect(types(events)).toEqual(['audio-start', 'audio-chunk', 'audio-chunk', 'audio-stop']);
  expect(events[0].data).toEqual({ rate: 16_000, width: 2, channels: 1, timestamp: 0 });
  expect(events[2].data.timestamp).toBe(10);
  expect(events[1].payload).toHaveLength(320);
  expect(events[3].data).toEqual({ timestamp: 20 });
  expect(asked).toMatchObject([{ voice: 'tiny', speaker: 'user', text: ['Hello.'] }]);
});

test('a text that is being written is spoken once, as Home Assistant sends it: the whole text comes again before the stop', async () => {
  const events = await exchange(
    [
      { type: 'synthesize-start', data: { voice: { name: 'tiny' } } },
      { type: 'synthesize-chunk', data: { text: 'One is ' } },
      { type: 'synthesize-chunk', data: { text: 'here.' } },
      { type: 'synthesize', data: { text: 'One is here.' } },
      { type: 'synthesize-stop', data: {} },
    ],
    'synthesize-stopped',
  );
  expect(types(events)).toEqual(['audio-start', 'audio-chunk', 'audio-chunk', 'audio-stop', 'synthesize-stopped']);
  expect(asked).toMatchObject([{ text: ['One is ', 'here.'] }]);
});

test('data may stand in the header, and be cut anywhere on the wire', async () => {
  const bytes = Buffer.from('{"type": "synthesize", "data": {"text": "Hé."}, "payload_length": 0}\n');
  const events = await exchange([bytes.subarray(0, 40), bytes.subarray(40)], 'audio-stop');
  expect(types(events).at(-1)).toBe('audio-stop');
  expect(asked).toMatchObject([{ text: ['Hé.'] }]);
});

test.each([
  ['no JSON', Buffer.from('hello\n'), 'the header of an event is not a JSON object'],
  ['a length that is too large', Buffer.from('{"type": "x", "payload_length": 1e12}\n'), 'this service takes'],
  ['no text', Buffer.from('{"type": "synthesize"}\n'), 'an event has no text'],
])('%s is answered with an error', async (_, bytes, message) => {
  const events = await exchange([bytes], 'error');
  expect(events).toMatchObject([{ type: 'error', data: { text: expect.stringContaining(message) } }]);
});

test('a ping is answered', async () => {
  expect(await exchange([{ type: 'ping', data: { text: 'a' } }], 'pong')).toMatchObject([{ data: { text: 'a' } }]);
});
