// OpenAI's endpoint, called by OpenAI's own client.
import { execFileSync } from 'node:child_process';
import OpenAI from 'openai';
import { readWav, resample, writeWav } from '@gpt-talker/audio';
import { Ffmpeg } from '../src/sound/ffmpeg';
import { expectedSamples, samplesOf, startTestService, until, type TestService } from './test-service';

let service: TestService;
let client: OpenAI;
beforeAll(async () => {
  service = await startTestService({ keys: ['secret', 'other'] });
  client = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'secret', maxRetries: 0 });
});
afterAll(() => service.stop());

const hasFfmpeg = (() => {
  try {
    return execFileSync('ffmpeg', ['-hide_banner', '-encoders']).includes('libmp3lame');
  } catch {
    return false;
  }
})();
const key = { Authorization: 'Bearer secret' };

test('speaks a text', async () => {
  const response = await client.audio.speech.create({
    model: 'gpt-4o-mini-tts',
    voice: 'alloy',
    input: 'Hello there.',
    response_format: 'wav',
  });
  expect(response.headers.get('content-type')).toBe('audio/wav');
  expect(response.headers.get('x-voice')).toBe('tiny');
  expect(await samplesOf(response)).toEqual(expectedSamples('Hello there.'));
});

test('pcm has 24 kHz, as OpenAI’s', async () => {
  const response = await client.audio.speech.create({
    model: 'tts-1',
    voice: 'other',
    input: 'Hello!',
    response_format: 'pcm',
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const whole = readWav(writeWav({ samples: Float32Array.from(expectedSamples('Hello!')), sampleRate: 16000 }));
  const expected = writeWav(await resample(whole, 24000)).subarray(44);
  expect(bytes.length).toBe(expected.length);
  const worst = Math.max(
    ...Array.from({ length: bytes.length / 2 }, (_, i) =>
      Math.abs(bytes.readInt16LE(2 * i) - Buffer.from(expected).readInt16LE(2 * i)),
    ),
  );
  expect(worst).toBeLessThan(4);
});

test('streams: the first bytes come while the rest is being made', async () => {
  service.engine.pause = 0.05;
  const response = await client.audio.speech.create({
    model: 'gpt-talker',
    voice: 'tiny',
    input: 'A long text, '.repeat(8),
    response_format: 'pcm',
  });
  const reader = response.body!.getReader() as unknown as ReadableStreamDefaultReader<Uint8Array>;
  const begin = performance.now();
  expect((await reader.read()).value!.length).toBeGreaterThan(0);
  const first = performance.now() - begin;
  while (!(await reader.read()).done);
  expect(performance.now() - begin).toBeGreaterThan(first + 300);
  service.engine.pause = 0;
});

test('streams as server-sent events', async () => {
  const response = await client.audio.speech.create({
    model: 'tts-1',
    voice: 'tiny',
    input: 'Events.',
    response_format: 'wav',
    stream_format: 'sse',
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const events = (await response.text())
    .trim()
    .split('\n\n')
    .map((line) => JSON.parse(line.replace(/^data: /, '')) as { type: string; audio?: string; usage?: object });
  const sound = Buffer.concat(
    events.filter(({ type }) => type === 'speech.audio.delta').map(({ audio }) => Buffer.from(audio!, 'base64')),
  );
  expect([...readWav(sound).samples]).toEqual(expectedSamples('Events.'));
  expect(events.at(-1)).toEqual({
    type: 'speech.audio.done',
    usage: { input_tokens: 7, output_tokens: 2, total_tokens: 9 },
  });
});

(hasFfmpeg ? test.each : test.skip.each)(['mp3', 'opus', 'aac', 'flac'] as const)(
  '%s, by ffmpeg (skipped where it is not installed)',
  async (format) => {
    const response = await client.audio.speech.create({
      model: 'tts-1',
      voice: 'tiny',
      input: 'Compressed speech.',
      response_format: format,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const decoded = execFileSync(
      'ffmpeg',
      ['-loglevel', 'error', '-i', 'pipe:0', '-f', 'wav', '-ac', '1', '-ar', '16000', 'pipe:1'],
      { input: bytes },
    );
    const { samples } = readWav(decoded);
    expect(Math.abs(samples.length - expectedSamples('Compressed speech.').length)).toBeLessThan(4000);
    expect(Math.max(...samples)).toBeGreaterThan(0.3);
  },
);

test('a format without ffmpeg is refused with the reason', async () => {
  const bare = await startTestService({ ffmpeg: await Ffmpeg.find('no-such-program') });
  const ask = (response_format?: string) =>
    bare.post('/v1/audio/speech', { model: 'tts-1', voice: 'tiny', input: 'Hello.', response_format });
  const response = await ask('aac');
  // OpenAI's default, and opus, need no ffmpeg.
  const own = await Promise.all([undefined, 'mp3', 'opus'].map(ask));
  const beginnings = await Promise.all(
    own.map(async (other) => Buffer.from(await other.arrayBuffer()).toString('latin1', 0, 4)),
  );
  await bare.stop();
  expect(own.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(beginnings).toEqual(['ID3\u0004', 'ID3\u0004', 'OggS']);
  expect(response.status).toBe(501);
  expect(await response.json()).toEqual({
    error: {
      message:
        'aac cannot be made: ffmpeg is not installed on this server; ask for mp3, opus, wav or pcm, or install ffmpeg',
      type: 'server_error',
      param: 'response_format',
      code: 'format_unavailable',
    },
  });
});

test('speed, seed and instructions: what is passed on, and what is said to be ignored', async () => {
  const response = await client.audio.speech.create({
    model: 'tts-1',
    voice: 'tiny',
    input: 'Faster.',
    response_format: 'wav',
    speed: 1.5,
    instructions: 'Cheerfully.',
    ...{ seed: 9, surprise: true },
  });
  expect(response.headers.get('x-seed')).toBe('9');
  expect(response.headers.get('x-ignored-parameters')).toBe('surprise');
  expect(service.engine.tasks.at(-1)).toMatchObject({
    text: 'Faster.',
    speed: 1.5,
    seed: 9,
    voice: 'tiny',
    instructions: 'Cheerfully.',
  });
  expect(await samplesOf(response)).toEqual(expectedSamples('Faster.', 9));
});

test('a preset of another service is the first voice, and the response says so; null is nothing', async () => {
  const response = await service.post(
    '/v1/audio/speech',
    { model: 'tts-1', voice: 'af_heart', input: 'Hello.', response_format: 'wav', speed: null, instructions: null },
    key,
  );
  expect(response.status).toBe(200);
  expect(response.headers.get('x-voice')).toBe('tiny');
  expect(response.headers.get('x-voice-substituted')).toBe('af_heart');
});

test('no voice was chosen: the first speaks', async () => {
  const response = await service.post('/v1/audio/speech', { model: 'tts-1', voice: '', input: 'Hi.' }, key);
  await response.arrayBuffer();
  expect([response.status, response.headers.get('x-voice')]).toEqual([200, 'tiny']);
  expect(response.headers.get('x-voice-substituted')).toBeNull();
});

test('the times of words come with the last event, and with each of several texts; elsewhere they are said to be ignored', async () => {
  const speech = { model: 'tts-1', input: 'Hello there.', response_format: 'pcm', timestamp_granularities: ['word'] };
  const ask = (more: object) => service.post('/v1/audio/speech', { ...speech, ...more }, key);
  const plain = await ask({});
  await plain.arrayBuffer();
  expect(plain.headers.get('x-ignored-parameters')).toBe('timestamp_granularities');
  const events = await ask({ stream_format: 'sse' });
  const last = JSON.parse(
    (await events.text())
      .trim()
      .split('\n\n')
      .at(-1)!
      .replace(/^data: /, ''),
  ) as { words: object[] };
  expect(events.headers.get('x-ignored-parameters')).toBeNull();
  expect(last.words[0]).toEqual({
    word: 'Hello there.',
    start: expect.any(Number),
    end: expect.any(Number),
    confidence: expect.any(Number),
  });
  const several = await ask({ input: ['Hello there.', 'So.'], timestamp_granularities: ['word', 'phoneme'] });
  const { data } = (await several.json()) as { data: { words: { word: string; phonemes: object[] }[] }[] };
  expect(data.map(({ words }) => words[0].word)).toEqual(['Hello there.', 'So.']);
  expect(data[0].words[0].phonemes).toEqual([]);
  expect((await ask({ timestamp_granularities: ['letter'] })).status).toBe(400);
});

test('what was left out of a text is told where there is a place for it: in the last event, and with each of several texts', async () => {
  const input = 'It is <emphasis>good</emphasis>.';
  const ask = (more: object) =>
    service.post('/v1/audio/speech', { model: 'tts-1', response_format: 'pcm', ...more }, key);
  const events = await (await ask({ input, stream_format: 'sse' })).text();
  expect(events.trim().split('\n\n').at(-1)).toContain('"warnings":["<emphasis> is not followed here"]');
  const { data } = (await (await ask({ input: [input, 'So.'] })).json()) as { data: { warnings?: string[] }[] };
  expect(data.map(({ warnings }) => warnings)).toEqual([['<emphasis> is not followed here'], undefined]);
});

test('several texts come as JSON', async () => {
  const input = ['Hello.', 'There.'];
  const response = await service.post('/v1/audio/speech', { model: 'tts-1', input, response_format: 'pcm' }, key);
  const { data } = (await response.json()) as { data: { index: number; audio: string }[] };
  expect(data.map(({ index }) => index)).toEqual([0, 1]);
  for (const { audio } of data) expect(Buffer.from(audio, 'base64').length).toBeGreaterThan(1000);
});

test('models and voices', async () => {
  const models = [];
  for await (const model of client.models.list()) models.push(model.id);
  expect(models).toEqual(['gpt-talker']);
  expect((await client.models.retrieve('tts-1')).id).toBe('tts-1');
  const { voices } = (await (await service.get('/v1/audio/voices', key)).json()) as { voices: { id: string }[] };
  expect(voices.map(({ id }) => id)).toEqual(['tiny', 'other']);
  expect(voices[0]).toMatchObject({ sampleRate: 16000, languages: ['en'], sampling: { topK: 5 } });
});

test('the client’s errors are its own classes', async () => {
  const speech = { model: 'tts-1', voice: 'tiny', input: 'Hello.', response_format: 'wav' } as const;
  await expect(client.audio.speech.create({ ...speech, voice: '../../etc/passwd' })).rejects.toThrow(
    OpenAI.BadRequestError,
  );
  await expect(client.audio.speech.create({ ...speech, model: 'gpt-5' })).rejects.toThrow(OpenAI.NotFoundError);
  await expect(client.audio.speech.create({ ...speech, input: '☃' })).rejects.toThrow(
    /400 nothing in '☃' can be read aloud/,
  );
  await expect(client.audio.speech.create({ ...speech, input: 'x'.repeat(4097) })).rejects.toThrow(
    /has 4097 characters/,
  );
  await expect(client.audio.speech.create({ ...speech, speed: 5 })).rejects.toThrow(OpenAI.BadRequestError);
  const stranger = new OpenAI({ baseURL: `${service.url}/v1`, apiKey: 'wrong', maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toThrow(OpenAI.AuthenticationError);
});

test('an error before the first sound is an answer; one after it breaks the stream', async () => {
  const speech = { model: 'tts-1', voice: 'tiny', response_format: 'wav' };
  const early = await service.post('/v1/audio/speech', { ...speech, input: 'fail at once' }, key);
  expect([early.status, ((await early.json()) as { error: { code: string } }).error.code]).toEqual([
    500,
    'internal_error',
  ]);
  const late = await service.post('/v1/audio/speech', { ...speech, input: 'fail later' }, key);
  expect(late.status).toBe(200);
  await expect(late.arrayBuffer()).rejects.toThrow();
  const events = await service.post('/v1/audio/speech', { ...speech, input: 'fail later', stream_format: 'sse' }, key);
  expect((await events.text()).trim().split('\n\n').at(-1)).toContain('"type":"error"');
});

test('work stops when the client goes away', async () => {
  service.engine.pause = 0.03;
  const controller = new AbortController();
  const text = 'Nobody will hear the end of this. '.repeat(20);
  const response = await client.audio.speech.create(
    { model: 'tts-1', voice: 'tiny', input: text, response_format: 'pcm' },
    { signal: controller.signal },
  );
  await response.body!.getReader().read();
  controller.abort();
  await until(() => service.engine.stopped.includes(text));
  service.engine.pause = 0;
});
