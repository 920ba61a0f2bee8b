// What clients of other services really send, with siblings: SillyTavern, api_v2's, generated ones that send null for what they leave out,
// and those that ask with HEAD first.
import path from 'node:path';
import { Ffmpeg } from '../src/sound/ffmpeg';
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
  // As its providers' sources build their requests, with what they have as defaults; whatever is said, it is zh.
  const adapter = {
    text: 'Hello there.',
    card_name: 'Seraphina',
    use_st_adapter: true,
    target_voice: 'tiny',
    text_lang: 'zh',
    text_split_method: 'cut5',
    batch_size: 1,
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
    expect(response.headers.get('x-language-substituted')).toBe('zh');
    expect(await samplesOf(response)).toEqual(expectedSamples('Hello there.'));
  });

  test('a voice that speaks several languages is told which; one that has speakers offers them', async () => {
    const { engine } = service;
    const [tiny, other] = engine.voices;
    engine.voices[1] = { ...other, languages: ['zh', 'en', 'yue'], speakers: ['ann', 'bob'] };
    try {
      expect(await (await service.get('/speakers')).json()).toEqual(
        ['tiny', 'other', 'other:ann', 'other:bob'].map((name) => ({ name, voice_id: name })),
      );
      for (const [text_lang, language] of [
        ['all_zh', 'zh'],
        ['EN', 'en'],
        ['auto_yue', 'yue'],
        ['auto', undefined],
      ]) {
        const asked = { ...adapter, target_voice: 'other:bob', text: '你好。', text_lang };
        const response = await service.post('/', asked);
        await response.arrayBuffer();
        expect([response.status, response.headers.get('x-language-substituted')]).toEqual([200, null]);
        expect(lastTask(service)).toMatchObject({ voice: 'other', speaker: 'bob', language });
      }
    } finally {
      engine.voices.splice(0, 2, tiny, other);
    }
  });

  test('its pages may ask where the service is started with --cors', async () => {
    const origin = 'http://127.0.0.1:8000';
    const open = await startTestService({ origins: [origin] });
    try {
      const asked = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' };
      const preflight = await fetch(`${open.url}/`, { method: 'OPTIONS', headers: { Origin: origin, ...asked } });
      expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, origin]);
      const response = await open.post('/', adapter, { Origin: origin });
      await response.arrayBuffer();
      expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    } finally {
      await open.stop();
    }
    expect((await service.post('/', adapter, { Origin: origin })).status).toBe(403);
  });

  test.each(['raw', 'pcm', 'PCM'])('POST / with %s', async (media_type) => {
    const response = await service.post('/', { ...adapter, media_type });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/pcm;rate=16000;channels=1']);
    await response.arrayBuffer();
  });

  const v2 = {
    text: 'Hello there.',
    prompt_text: 'tiny',
    text_lang: 'zh',
    prompt_lang: 'zh',
    text_split_method: 'cut5',
    batch_size: 1,
    media_type: 'ogg',
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

  test('v2, without ffmpeg: its ogg has Opus in it', async () => {
    const bare = await startTestService({ ffmpeg: await Ffmpeg.find('no-such-program') });
    try {
      const response = await bare.post('/', { ...v2, ref_audio_path: './参考音频/tiny.wav' });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'audio/ogg; codecs=opus']);
      expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toMatch(/^OggS.*OpusHead/s);
      const flac = await bare.post('/', { ...adapter, media_type: 'flac' });
      expect([flac.status, await flac.json()]).toMatchObject([501, { error: { param: 'media_type' } }]);
    } finally {
      await bare.stop();
    }
  });

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

  const voiceOf = async (served: TestService, more: object = {}) => {
    const response = await served.post('/tts', { text: 'Hi.', text_lang: 'en', ...more });
    await response.arrayBuffer();
    return response.headers.get('x-voice');
  };

  test('what is chosen holds for requests that name nothing, until it is taken back', async () => {
    expect(await voiceOf(withReferences)).toBe('tiny');
    await withReferences.get('/set_sovits_weights?weights_path=SoVITS_weights/other.pth');
    expect(await voiceOf(withReferences)).toBe('other');
    expect(await voiceOf(withReferences, { target_voice: 'tiny' })).toBe('tiny');
    expect(lastTask(withReferences).reference).toBeUndefined();
    const chosen = await withReferences.get('/set_refer_audio?refer_audio_path=alice.wav');
    expect([chosen.status, await chosen.json()]).toEqual([200, { message: 'success' }]);
    expect((await withReferences.post('/set_refer_audio', { refer_audio_path: 'alice.wav' })).status).toBe(200);
    expect(await voiceOf(withReferences)).toBe('other');
    expect(lastTask(withReferences).reference?.audio.samples).toHaveLength(12_000);
    for (const method of ['GET', 'POST']) {
      await withReferences.get('/set_gpt_weights?weights_path=other');
      const restarted =
        method === 'GET'
          ? await withReferences.get('/control?command=restart')
          : await withReferences.post('/control', { command: 'restart' });
      expect([restarted.status, await restarted.json()]).toEqual([200, { message: 'success' }]);
      expect(await voiceOf(withReferences)).toBe('tiny');
      expect(lastTask(withReferences).reference).toBeUndefined();
    }
  });

  test.each(['../secret.wav', '/etc/passwd', 'gone.wav', '', 'alice.wav\0'])(
    'the reference %j is not chosen',
    async (name) => {
      const response = await withReferences.get(`/set_refer_audio?refer_audio_path=${encodeURIComponent(name)}`);
      expect([response.status, await code(response)]).toEqual([400, 'reference_not_found']);
    },
  );

  test.each([
    ['GET', '/control?command=exit', 403, 'not_remote'],
    ['GET', '/control', 400, 'command_unknown'],
    ['POST', '/control', 400, 'invalid_request'],
    ['GET', '/set_refer_audio?refer_audio_path=x.wav', 403, 'not_remote'],
  ])('%s %s is refused with what to do instead', async (method, url, status, expected) => {
    const response = await fetch(service.url + url, { method });
    expect([response.status, await code(response)]).toEqual([status, expected]);
    expect((await service.get('/healthz')).status).toBe(200);
  });

  test('a page of another site chooses nothing', async () => {
    for (const url of [
      '/set_gpt_weights?weights_path=other',
      '/set_sovits_weights?weights_path=other',
      '/control?command=restart',
    ]) {
      const response = await service.get(url, { 'Sec-Fetch-Site': 'cross-site', Referer: 'http://evil.example/' });
      expect([response.status, await code(response)]).toEqual([403, 'foreign_origin']);
    }
    expect(await voiceOf(service)).toBe('tiny');
  });

  test('HEAD chooses nothing', async () => {
    await fetch(`${service.url}/set_gpt_weights?weights_path=other`, { method: 'HEAD' });
    expect(await voiceOf(service)).toBe('tiny');
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
    '/v1/audio/models',
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

  test('where there is only POST, it says that it is there', async () => {
    expect((await fetch(`${service.url}/v1/audio/speech`, { method: 'HEAD' })).status).toBe(200);
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
