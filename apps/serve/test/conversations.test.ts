// Conversations over HTTP: turns come in by three ways, replies go out, and everything is found again.
import { readWav } from '@gpt-talker/audio';
import type { conversationView } from '../src/conversations/view';
import { RATE } from './fake-engine';
import { expectedSamples, samplesOf, someWav, startTestService, until, type TestService } from './test-service';

type Conversation = ReturnType<typeof conversationView>;
type Turn = Conversation['turns'][number];

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ limits: { conversationTurns: 6, maxAudioSeconds: 2 } });
});
afterAll(() => service.stop());
afterEach(() => void (service.engine.pause = 0));

const json = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;
const code = async (response: Promise<Response>) => {
  const answer = await response;
  return [answer.status, ((await answer.json()) as { error: { code: string } }).error.code];
};

test('begins, shows and forgets', async () => {
  const begun = await service.post('/v1/conversations', { voice: 'other', historyTurns: 1, sampling: { topK: 3 } });
  expect(begun.status).toBe(201);
  const conversation = (await begun.json()) as Conversation;
  expect(conversation).toMatchObject({ voice: 'other', historyTurns: 1, sampling: { topK: 3 }, turns: [] });
  expect(conversation.id).toMatch(/^c_[\w-]{22}$/);
  const shown = await json<Conversation>(service.get(`/v1/conversations/${conversation.id}`));
  expect({ ...shown, usedAt: '' }).toEqual({ ...conversation, usedAt: '' });
  const gone = await fetch(`${service.url}/v1/conversations/${conversation.id}`, { method: 'DELETE' });
  expect([gone.status, await gone.text()]).toEqual([204, '']);
  expect(await code(service.get(`/v1/conversations/${conversation.id}`))).toEqual([404, 'conversation_not_found']);
  expect(service.engine.forgotten).toContain(conversation.id);
  // No body at all is a conversation with the first voice.
  const bare = await fetch(`${service.url}/v1/conversations`, { method: 'POST' });
  expect([bare.status, ((await bare.json()) as Conversation).voice]).toEqual([201, 'tiny']);
});

describe('turns', () => {
  const wav = someWav();
  const ways: [string, () => RequestInit & { query?: string }][] = [
    [
      'base64 in JSON',
      () => ({
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ role: 'user', text: 'Hi.', audio: Buffer.from(wav).toString('base64') }),
      }),
    ],
    [
      'a data URL in JSON',
      () => ({
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          role: 'user',
          text: 'Hi.',
          audio: `data:audio/wav;base64,${Buffer.from(wav).toString('base64')}`,
        }),
      }),
    ],
    [
      'a form',
      () => {
        const form = new FormData();
        form.set('role', 'user');
        form.set('text', 'Hi.');
        form.set('audio', new Blob([wav as Uint8Array<ArrayBuffer>], { type: 'audio/wav' }), '../../etc/passwd');
        return { body: form };
      },
    ],
    [
      'a wav file with a query',
      () => ({
        headers: { 'Content-Type': 'audio/wav' },
        body: wav as Uint8Array<ArrayBuffer>,
        query: '?role=user&text=Hi.',
      }),
    ],
  ];
  test.each(ways)('as %s', async (_way, make) => {
    const id = await service.begin();
    const { query = '', ...init } = make();
    const response = await fetch(`${service.url}/v1/conversations/${id}/turns${query}`, { method: 'POST', ...init });
    const turn = (await response.json()) as Turn;
    expect(response.status).toBe(201);
    expect(turn).toMatchObject({
      index: 0,
      role: 'user',
      text: 'Hi.',
      seconds: 0.5,
      sampleRate: RATE,
      tokens: [1, 2, 3],
    });
    expect(turn.reply).toBeUndefined();
    expect(await json(service.get(`/v1/conversations/${id}/turns/0`))).toEqual(turn);
    const sound = await service.get(turn.audio!);
    expect(sound.headers.get('content-type')).toBe('audio/wav');
    expect(new Uint8Array(await sound.arrayBuffer())).toEqual(wav);
  });

  test('of text alone have no sound', async () => {
    const id = await service.begin({
      turns: [
        { role: 'user', text: 'One.', speaker: 'Ann' },
        { role: 'agent', text: 'Two.', language: 'en' },
      ],
    });
    const { turns } = await json<{ turns: Turn[] }>(service.get(`/v1/conversations/${id}/turns`));
    expect(
      turns.map(({ index, text, speaker, language, seconds, audio, tokens }) => ({
        index,
        text,
        speaker,
        language,
        seconds,
        audio,
        tokens,
      })),
    ).toEqual([
      { index: 0, text: 'One.', speaker: 'Ann', seconds: null, audio: null, tokens: null },
      { index: 1, text: 'Two.', language: 'en', seconds: null, audio: null, tokens: null },
    ]);
    expect(await code(service.get(`/v1/conversations/${id}/turns/0/audio`))).toEqual([404, 'sound_not_found']);
    expect(await code(service.get(`/v1/conversations/${id}/turns/2`))).toEqual([404, 'turn_not_found']);
    expect(await code(service.get(`/v1/conversations/${id}/turns/two`))).toEqual([400, 'invalid_request']);
  });

  test.each<[string, object, number, string]>([
    ['an unknown role', { role: 'bot', text: 'Hi.' }, 400, 'invalid_request'],
    ['no text', { role: 'user' }, 400, 'invalid_request'],
    ['a number as text', { role: 'user', text: 5 }, 400, 'invalid_request'],
    ['half a character', { role: 'user', text: 'a\ud800' }, 400, 'not_unicode'],
    ['more than there is', { role: 'user', text: 'Hi.', audio_url: 'http://localhost' }, 400, 'invalid_request'],
    ['a text that cannot be spoken', { role: 'user', text: '☃' }, 400, 'unspeakable'],
    ['something else than base64', { role: 'user', text: 'Hi.', audio: 'http://localhost/x.wav' }, 400, 'not_base64'],
    [
      'broken sound',
      { role: 'user', text: 'Hi.', audio: Buffer.from('RIFFxxxxWAVE').toString('base64') },
      400,
      'malformed',
    ],
    ['no sound', { role: 'user', text: 'Hi.', audio: Buffer.from('hello').toString('base64') }, 400, 'not_wav'],
    [
      'too little sound',
      { role: 'user', text: 'Hi.', audio: Buffer.from(someWav(0.1)).toString('base64') },
      400,
      'audio_too_short',
    ],
    [
      'too much sound',
      { role: 'user', text: 'Hi.', audio: Buffer.from(someWav(2.1)).toString('base64') },
      413,
      'audio_too_long',
    ],
  ])('with %s are refused', async (_what, turn, status, reason) => {
    const id = await service.begin();
    expect(await code(service.post(`/v1/conversations/${id}/turns`, turn))).toEqual([status, reason]);
    expect((await json<Conversation>(service.get(`/v1/conversations/${id}`))).turns).toEqual([]);
    expect(await code(service.post('/v1/conversations', { turns: [turn] }))).toEqual([status, reason]);
  });

  test('as a form with something unknown, or two files, are refused', async () => {
    const id = await service.begin();
    const send = (fill: (form: FormData) => void) => {
      const form = new FormData();
      form.set('role', 'user');
      form.set('text', 'Hi.');
      fill(form);
      return fetch(`${service.url}/v1/conversations/${id}/turns`, { method: 'POST', body: form });
    };
    expect(await code(send((form) => form.set('path', '/etc/passwd')))).toEqual([400, 'invalid_request']);
    expect(await code(send((form) => form.set('other', new Blob(['x']))))).toEqual([400, 'invalid_request']);
    const [status] = await code(
      send((form) =>
        ['a', 'b'].forEach((name) => form.append('audio', new Blob([wav as Uint8Array<ArrayBuffer>]), name)),
      ),
    );
    expect(status).toBe(413);
  });

  test('are refused when there are too many', async () => {
    const turn = { role: 'user', text: 'Hi.' };
    const id = await service.begin({ turns: Array.from({ length: 6 }, () => turn) });
    expect(await code(service.post(`/v1/conversations/${id}/turns`, turn))).toEqual([413, 'conversation_full']);
    expect(await code(service.post(`/v1/conversations/${id}/reply`, { text: 'No.' }))).toEqual([
      413,
      'conversation_full',
    ]);
  });
});

describe('replies', () => {
  const heard = ['How are you?', 'Fine.'];
  const turns = heard.map((text) => ({ role: 'user', text }));

  test('are streamed, kept, and heard by the next', async () => {
    const id = await service.begin({ turns });
    const response = await service.post(`/v1/conversations/${id}/reply`, { text: 'That is good.', seed: 3 });
    expect(response.headers.get('content-type')).toBe('audio/wav');
    expect(response.headers.get('x-turn')).toBe('2');
    expect(response.headers.get('x-seed')).toBe('3');
    expect(response.headers.get('x-sample-rate')).toBe('16000');
    const samples = await samplesOf(response);
    expect(samples).toEqual(expectedSamples('That is good.', 3, heard));
    // What is known about it is there as soon as the stream has ended.
    const turn = await json<Turn>(service.get(`/v1/conversations/${id}/turns/2`));
    expect(turn).toMatchObject({
      index: 2,
      role: 'agent',
      text: 'That is good.',
      tokens: [3, 2],
      seconds: samples.length / RATE,
    });
    expect(turn.reply).toMatchObject({
      id: response.headers.get('x-reply-id'),
      kept: true,
      seed: 3,
      historyTurns: 2,
      stopReason: 'end-of-speech',
    });
    expect(await samplesOf(await service.get(turn.audio!))).toEqual(samples);
    const next = await service.post(`/v1/conversations/${id}/reply`, { text: 'And you?', format: 'pcm' });
    expect(next.headers.get('content-type')).toBe('audio/pcm;rate=16000;channels=1');
    expect((await next.arrayBuffer()).byteLength).toBe(
      2 * expectedSamples('And you?', 0, ['Fine.', 'That is good.']).length,
    );
    expect(service.engine.loads).toBe(0);
  });

  test('that are not kept leave the conversation as it is, and are found by their id', async () => {
    const id = await service.begin({ turns });
    const response = await service.post(`/v1/conversations/${id}/reply`, {
      text: 'Hm.',
      keep: false,
      historyTurns: 0,
      seed: 4,
    });
    const reply = response.headers.get('x-reply-id');
    expect(response.headers.get('x-turn')).toBeNull();
    const samples = await samplesOf(response);
    expect(samples).toEqual(expectedSamples('Hm.', 4));
    const { turns: after } = await json<Conversation>(service.get(`/v1/conversations/${id}`));
    expect(after).toHaveLength(2);
    const shown = await json<Turn>(service.get(`/v1/conversations/${id}/replies/${reply}`));
    expect(shown).toMatchObject({
      index: null,
      text: 'Hm.',
      reply: { id: reply, kept: false, historyTurns: 0, seed: 4 },
    });
    expect(await samplesOf(await service.get(shown.audio!))).toEqual(samples);
    for (let i = 0; i < 8; i++)
      await (await service.post(`/v1/conversations/${id}/reply`, { text: `${i}.`, keep: false })).arrayBuffer();
    expect(await code(service.get(`/v1/conversations/${id}/replies/${reply}`))).toEqual([404, 'reply_not_found']);
    expect(await code(service.get(shown.audio!))).toEqual([404, 'reply_not_found']);
  });

  test('as events end with the turn', async () => {
    const id = await service.begin();
    const response = await service.post(`/v1/conversations/${id}/reply`, { text: 'Events.', streamFormat: 'sse' });
    const events = (await response.text())
      .trim()
      .split('\n\n')
      .map((line) => JSON.parse(line.slice(6)) as { type: string; audio: string; turn: Turn });
    const sound = Buffer.concat(events.slice(0, -1).map(({ audio }) => Buffer.from(audio, 'base64')));
    expect([...readWav(sound).samples]).toEqual(expectedSamples('Events.'));
    expect(events.at(-1)).toMatchObject({ type: 'speech.audio.done', turn: { index: 0, text: 'Events.' } });
  });

  test('asked for at once are made one after another', async () => {
    service.engine.pause = 0.01;
    const id = await service.begin();
    const texts = ['First one.', 'Second one.', 'Third one.'];
    const answers = [];
    for (const text of texts) {
      answers.push(service.post(`/v1/conversations/${id}/reply`, { text }).then(samplesOf));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const said = await Promise.all(answers);
    texts.forEach((text, i) => expect(said[i]).toEqual(expectedSamples(text, 0, texts.slice(Math.max(0, i - 2), i))));
  });

  test('whose client goes away are stopped, and not kept', async () => {
    service.engine.pause = 0.02;
    const id = await service.begin({ turns });
    const controller = new AbortController();
    const text = 'Nobody will hear the end of this long reply. '.repeat(10);
    const response = await fetch(`${service.url}/v1/conversations/${id}/reply`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ text }),
      signal: controller.signal,
    });
    await response.body!.getReader().read();
    controller.abort();
    await until(() => service.engine.stopped.includes(text));
    service.engine.pause = 0;
    const next = await samplesOf(await service.post(`/v1/conversations/${id}/reply`, { text: 'Next.' }));
    expect(next).toEqual(expectedSamples('Next.', 0, heard));
  });

  test('that fail are not kept', async () => {
    const id = await service.begin({ turns });
    expect(await code(service.post(`/v1/conversations/${id}/reply`, { text: 'fail at once' }))).toEqual([
      500,
      'internal_error',
    ]);
    expect(await code(service.post(`/v1/conversations/${id}/reply`, { text: '☃' }))).toEqual([400, 'unspeakable']);
    const late = await service.post(`/v1/conversations/${id}/reply`, { text: 'fail later' });
    await expect(late.arrayBuffer()).rejects.toThrow();
    expect(await samplesOf(await service.post(`/v1/conversations/${id}/reply`, { text: 'Next.' }))).toEqual(
      expectedSamples('Next.', 0, heard),
    );
  });

  test.each<[object, number, string]>([
    [{}, 400, 'invalid_request'],
    [{ text: '' }, 400, 'invalid_request'],
    [{ text: 'Hi.', seed: -1 }, 400, 'invalid_request'],
    [{ text: 'Hi.', seed: 1.5 }, 400, 'invalid_request'],
    [{ text: 'Hi.', format: 'midi' }, 400, 'invalid_request'],
    [{ text: 'Hi.', sampling: { temperature: 0 } }, 400, 'invalid_request'],
    [{ text: 'Hi.', sampling: { nonsense: 1 } }, 400, 'invalid_request'],
    [{ text: 'x'.repeat(4097) }, 400, 'text_too_long'],
  ])('%j is refused', async (request, status, reason) => {
    const id = await service.begin();
    expect(await code(service.post(`/v1/conversations/${id}/reply`, request))).toEqual([status, reason]);
    expect(await code(service.post('/v1/conversations/c_nobody/reply', { text: 'Hi.' }))).toEqual([
      404,
      'conversation_not_found',
    ]);
  });
});

test('a voice that is not there is refused, whatever its name looks like', async () => {
  for (const voice of ['../tiny', '/etc/passwd', 'tiny\0', 'constructor', '__proto__', 'TINY'])
    expect(await code(service.post('/v1/conversations', { voice }))).toEqual([400, 'voice_not_found']);
});
