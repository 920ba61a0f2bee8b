// What clients of other services really send, with siblings: SillyTavern, api_v2's, generated ones that send null for what they leave out,
// and those that ask with HEAD first.
import path from 'node:path';
import {
  expectedSamples,
  folderWith,
  raw,
  samplesOf,
  someWav,
  startTestService,
  type TestService,
} from './test-service';

let service: TestService;
let withReferences: TestService;
let references: Awaited<ReturnType<typeof folderWith>>;
beforeAll(async () => {
  references = await folderWith({ 'alice.wav': someWav(0.75) });
  service = await startTestService();
  withReferences = await startTestService({ referenceFolder: references.folder });
});
afterAll(async () => {
  await Promise.all([service.stop(), withReferences.stop(), references.remove()]);
});
const code = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const lastTask = ({ engine }: TestService) => engine.tasks.at(-1)!;

describe('SillyTavern', () => {
  const adapter = {
    text: 'Hello there.',
    target_voice: 'tiny',
    text_lang: 'en',
    media_type: 'auto',
    streaming_mode: 'true',
  };

  test.each<[string, object, string]>([
    ['its adapter’s defaults', {}, 'tiny'],
    ['another voice', { target_voice: 'other' }, 'other'],
    ['a voice that is not here', { target_voice: 'nobody' }, 'tiny'],
    ['a type in capitals', { media_type: 'WAV' }, 'tiny'],
    ['no type', { media_type: '' }, 'tiny'],
    ['null for a type', { media_type: null }, 'tiny'],
    ['nothing for a number', { top_k: '', temperature: '', streaming_mode: '' }, 'tiny'],
    ['whole', { streaming_mode: 'False' }, 'tiny'],
  ])('POST / with %s', async (_what, more, voice) => {
    const response = await service.post('/', { ...adapter, seed: 0, ...more });
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-voice')]).toEqual([
      200,
      'audio/wav',
      voice,
    ]);
    expect(await samplesOf(response)).toEqual(expectedSamples('Hello there.'));
  });

  test.each(['raw', 'pcm', 'PCM'])('POST / with %s', async (media_type) => {
    const response = await service.post('/', { ...adapter, media_type });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/pcm;rate=16000;channels=1']);
    await response.arrayBuffer();
  });

  const v2 = {
    text: 'Hello there.',
    prompt_text: 'tiny',
    text_lang: 'en',
    prompt_lang: 'en',
    media_type: 'wav',
    streaming_mode: 'true',
  };
  test.each([
    ['./参考音频/tiny.wav', 'tiny'],
    ['参考音频/other.wav', 'other'],
    ['C:\\voices\\other.wav', 'other'],
    ['tiny.mp3', 'tiny'],
    ['other', 'other'],
  ])(
    'v2, %s: the voice that it names speaks with its own timbre, with a reference folder too',
    async (ref_audio_path, voice) => {
      for (const served of [service, withReferences]) {
        const response = await served.post('/', { ...v2, ref_audio_path });
        expect([response.status, response.headers.get('x-voice')]).toEqual([200, voice]);
        await response.arrayBuffer();
        expect(lastTask(served).reference).toBeUndefined();
      }
    },
  );

  test('v2, a file of the reference folder, and one that is nowhere', async () => {
    await (await withReferences.post('/', { ...v2, ref_audio_path: 'alice.wav' })).arrayBuffer();
    expect(lastTask(withReferences).reference).toBeDefined();
    const missing = await withReferences.post('/', { ...v2, ref_audio_path: './参考音频/bob.wav' });
    expect([missing.status, await code(missing)]).toEqual([400, 'reference_not_found']);
    const outside = await withReferences.post('/', { ...v2, ref_audio_path: path.resolve(__filename) });
    expect([outside.status, await code(outside)]).toEqual([400, 'reference_not_found']);
  });
});

describe('api_v2', () => {
  test.each(['/set_gpt_weights', '/set_sovits_weights'])('%s', async (url) => {
    for (const given of ['tiny.ckpt', 'GPT_weights/other.pth', 'C:\\x\\tiny.ckpt', 'tiny']) {
      const response = await service.get(`${url}?weights_path=${encodeURIComponent(given)}`);
      expect([response.status, await response.json()]).toMatchObject([200, { message: 'success' }]);
    }
    for (const given of ['?weights_path=voice.ckpt', '?weights_path=', '', '?weights_path=../../etc/passwd']) {
      const response = await service.get(url + given);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect([response.status, error.code]).toEqual([400, 'voice_not_loaded']);
      expect(error.message).toContain('gpt-talker voice import');
    }
  });

  test.each([
    ['GET', '/control?command=restart'],
    ['POST', '/control'],
    ['GET', '/set_refer_audio?refer_audio_path=x.wav'],
  ])('%s %s is refused with what to do instead', async (method, url) => {
    const response = await fetch(service.url + url, { method });
    expect([response.status, await code(response)]).toEqual([403, 'not_remote']);
    expect((await service.get('/healthz')).status).toBe(200);
  });
});

describe('null is as good as left out', () => {
  const speech = { model: 'tts-1', voice: 'alloy', input: 'Hi.', response_format: 'wav' };
  test.each<[string, string, object]>([
    ['instructions', '/v1/audio/speech', { ...speech, instructions: null }],
    ['speed', '/v1/audio/speech', { ...speech, speed: null }],
    ['stream_format and seed', '/v1/audio/speech', { ...speech, stream_format: null, seed: null }],
    ['voice', '/v1/audio/speech', { ...speech, voice: null }],
    ['what is not known', '/v1/audio/speech', { ...speech, user: null }],
    ['numbers of api_v2', '/tts', { text: 'Hi.', text_lang: 'en', top_k: null, temperature: null, seed: null }],
    [
      'all of a conversation',
      '/v1/conversations',
      { voice: null, historyTurns: null, sampling: null, turns: null, user: null },
    ],
    ['a part of sampling', '/v1/conversations', { sampling: { topK: null, temperature: 0.5 } }],
    ['a part of a turn', '/v1/conversations', { turns: [{ role: 'user', text: 'Hi.', audio: null, speaker: null }] }],
  ])('%s', async (_what, url, body) => {
    const response = await service.post(url, body);
    await response.arrayBuffer();
    expect([200, 201]).toContain(response.status);
  });

  test('but not for what must be there', async () => {
    expect((await service.post('/v1/audio/speech', { ...speech, input: null })).status).toBe(400);
    expect((await service.post('/v1/conversations', { turns: [null] })).status).toBe(400);
  });
});

describe('HEAD is GET without its body', () => {
  const tts = '/tts?text=Hi.&text_lang=en';
  test.each([
    '/',
    '/healthz',
    '/readyz',
    '/v1/models',
    '/v1/models/tts-1',
    '/v1/audio/voices',
    '/metrics',
    '/openapi.json',
    '/speakers',
    tts,
  ])('%s', async (url) => {
    const answer = await raw(service.url, `HEAD ${url} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`, {
      keepOpen: true,
    });
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer.slice(answer.indexOf('\r\n\r\n') + 4)).toBe('');
    const got = await service.get(url);
    expect(answer.toLowerCase()).toContain(`content-type: ${got.headers.get('content-type')!.toLowerCase()}`);
    await got.arrayBuffer();
  });

  test('computes nothing, and refuses what GET refuses', async () => {
    const before = service.engine.tasks.length;
    expect((await fetch(service.url + tts, { method: 'HEAD' })).status).toBe(200);
    expect(service.engine.tasks).toHaveLength(before);
    expect((await fetch(`${service.url}/tts?text=Hi.`, { method: 'HEAD' })).status).toBe(400);
    expect((await fetch(`${service.url}/v1/conversations/c_x`, { method: 'HEAD' })).status).toBe(404);
    expect((await fetch(`${service.url}/nowhere`, { method: 'HEAD' })).status).toBe(404);
  });
});

describe('half characters', () => {
  test.each(['\ud800', 'x\udfff', '\udc00\ud800'])('in the name of a parameter are no failure (%j)', async (name) => {
    for (const [url, body] of [
      ['/v1/audio/speech', { model: 'tts-1', input: 'Hi.', response_format: 'wav', [name]: 1 }],
      ['/tts', { text: 'Hi.', text_lang: 'en', [name]: 1 }],
    ] as const) {
      const response = await service.post(url, body);
      expect([response.status, response.headers.get('x-ignored-parameters')]).toEqual([
        200,
        expect.stringContaining('%EF%BF%BD'),
      ]);
      await response.arrayBuffer();
    }
    for (const body of [
      { [name]: 1 },
      { sampling: { [name]: 1 } },
      { voice: name },
      { turns: [{ role: 'user', text: name }] },
    ])
      expect((await service.post('/v1/conversations', body)).status).toBe(400);
  });
});

// The bodies that these programs' sources build, with what they have as defaults.
describe('frameworks for agents', () => {
  test.each<[string, object, string]>([
    [
      'LiveKit’s plugin (agents-js 0.3 to 1.0)',
      { input: 'Hello there.', model: 'tts-1', voice: 'alloy', response_format: 'pcm', speed: 1 },
      'audio/pcm;rate=24000;channels=1',
    ],
    [
      'LiveKit’s plugin in Python, with instructions',
      {
        input: 'Hello there.',
        model: 'gpt-4o-mini-tts',
        voice: 'ash',
        response_format: 'mp3',
        speed: 1,
        instructions: '',
      },
      'audio/mpeg',
    ],
    [
      'Pipecat’s OpenAITTSService',
      { input: 'Hello there.', model: 'gpt-4o-mini-tts', voice: 'alloy', response_format: 'pcm' },
      'audio/pcm;rate=24000;channels=1',
    ],
    [
      'Pipecat’s, told how to speak',
      {
        input: 'Hello there.',
        model: 'gpt-4o-mini-tts',
        voice: 'verse',
        response_format: 'pcm',
        instructions: 'Speak slowly and cheerfully.',
        speed: 1.2,
      },
      'audio/pcm;rate=24000;channels=1',
    ],
    [
      'the AI SDK’s speech model',
      { model: 'tts-1', input: 'Hello there.', voice: 'alloy', response_format: 'mp3' },
      'audio/mpeg',
    ],
    [
      'Open WebUI, which sends its settings along',
      { model: 'tts-1', input: 'Hello there.', voice: 'alloy' },
      'audio/mpeg',
    ],
  ])('%s', async (_client, body, type) => {
    const response = await service.post('/v1/audio/speech', body, {
      Accept: '*/*',
      Authorization: 'Bearer any',
      'User-Agent': 'AsyncOpenAI/Python 1.107.0',
      'X-Stainless-Lang': 'python',
    });
    const sound = new Uint8Array(await response.arrayBuffer());
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(response.headers.get('x-ignored-parameters')).toBeNull();
    expect(sound.length).toBeGreaterThan(1000);
    // Two bytes a sample: half of one would shift all that follows.
    if (type.startsWith('audio/pcm')) expect(sound.length % 2).toBe(0);
    const { instructions, speed } = body as { instructions?: string; speed?: number };
    expect(lastTask(service)).toMatchObject({
      text: 'Hello there.',
      ...(speed !== undefined && { speed }),
      ...(instructions !== undefined && { instructions }),
    });
  });
});
