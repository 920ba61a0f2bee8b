// GPT-SoVITS' api_v2, as its clients call it.
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import { expectedSamples, folderWith, samplesOf, someWav, startTestService, type TestService } from './test-service';

let service: TestService;
let withReferences: TestService;
let outside: Awaited<ReturnType<typeof folderWith>>;
let references: Awaited<ReturnType<typeof folderWith>>;
beforeAll(async () => {
  outside = await folderWith({ 'secret.wav': someWav() });
  references = await folderWith({ 'alice.wav': someWav(0.75), 'notes.txt': 'not a sound', 'short.wav': someWav(0.05) });
  await symlink(path.join(outside.folder, 'secret.wav'), path.join(references.folder, 'link.wav'));
  await symlink('alice.wav', path.join(references.folder, 'also-alice.wav'));
  service = await startTestService();
  withReferences = await startTestService({ referenceFolder: references.folder });
});
afterAll(async () => {
  await Promise.all([service.stop(), withReferences.stop(), outside.remove(), references.remove()]);
});

/** What api_v2's documentation sends. */
const documented = {
  text: 'Hello there.',
  text_lang: 'en',
  ref_audio_path: 'alice.wav',
  aux_ref_audio_paths: [],
  prompt_text: 'I am Alice.',
  prompt_lang: 'en',
  top_k: 15,
  top_p: 1,
  temperature: 1,
  text_split_method: 'cut5',
  batch_size: 1,
  batch_threshold: 0.75,
  split_bucket: true,
  speed_factor: 1.5,
  fragment_interval: 0.3,
  seed: 7,
  parallel_infer: true,
  repetition_penalty: 1.35,
  sample_steps: 32,
  super_sampling: false,
  streaming_mode: false,
  overlap_length: 2,
  min_chunk_length: 16,
};
const WITHOUT_MEANING =
  'batch_size, batch_threshold, split_bucket, parallel_infer, sample_steps, super_sampling, overlap_length, min_chunk_length';

test('POST, with every parameter: what has a meaning is passed on, the rest is listed', async () => {
  const response = await withReferences.post('/tts', documented);
  expect(response.headers.get('content-type')).toBe('audio/wav');
  expect(response.headers.get('x-ignored-parameters')).toBe(WITHOUT_MEANING);
  expect(await samplesOf(response)).toEqual(expectedSamples('Hello there.', 7));
  const task = withReferences.engine.tasks.at(-1)!;
  expect(task).toMatchObject({
    seed: 7,
    speed: 1.5,
    sampling: { topK: 15, topP: 1, temperature: 1, repetitionPenalty: 1.35 },
    reference: { text: 'I am Alice.' },
  });
  expect(task.reference!.audio.samples).toHaveLength(12_000);
});

test('more recordings of the same speaker come along, under the same rules', async () => {
  const request = { text: 'Hi.', text_lang: 'en', ref_audio_path: 'alice.wav' };
  const both = await withReferences.post('/tts', { ...request, aux_ref_audio_paths: ['also-alice.wav', 'alice.wav'] });
  expect(both.status).toBe(200);
  await both.arrayBuffer();
  const { others } = withReferences.engine.tasks.at(-1)!.reference!;
  expect(others!.map(({ samples }) => samples.length)).toEqual([12_000, 12_000]);
  const outsider = await withReferences.post('/tts', { ...request, aux_ref_audio_paths: ['../secret.wav'] });
  expect([outsider.status, await outsider.text()]).toEqual([400, expect.stringContaining('aux_ref_audio_paths')]);
});

test('GET, with the same in a query', async () => {
  const query = new URLSearchParams(
    Object.entries(documented).map(([name, value]): [string, string] => [name, String(value)]),
  );
  const response = await withReferences.get(`/tts?${query}`);
  expect(response.headers.get('x-ignored-parameters')?.split(', ').length).toBe(8);
  expect(await samplesOf(response)).toEqual(expectedSamples('Hello there.', 7));
  expect(withReferences.engine.tasks.at(-1)).toMatchObject({ seed: 7, speed: 1.5, sampling: { topK: 15 } });
});

test('without a reference folder the voice speaks as itself, and says so', async () => {
  const response = await service.post('/tts', {
    text: 'Hi.',
    text_lang: 'en',
    ref_audio_path: '/etc/passwd',
    prompt_lang: 'en',
    seed: 1,
  });
  expect(response.headers.get('x-ignored-parameters')).toBe('ref_audio_path, prompt_lang');
  expect(await samplesOf(response)).toEqual(expectedSamples('Hi.', 1));
  expect(service.engine.tasks.at(-1)!.reference).toBeUndefined();
});

test.each(['true', 'True', 'TRUE', '1', '2', '3', true, 1, 2, 3])(
  'streaming_mode %p streams',
  async (streaming_mode) => {
    const response = await service.post('/tts', { text: 'Hi.', text_lang: 'auto', seed: 1, streaming_mode });
    expect(response.headers.get('content-length')).toBeNull();
    expect(await samplesOf(response)).toEqual(expectedSamples('Hi.', 1));
  },
);

test('without streaming the file has its sizes', async () => {
  for (const streaming_mode of [undefined, false, 0, 'False', 'FALSE', '0', '', null]) {
    const response = await service.post('/tts', { text: 'Hi.', text_lang: 'en', seed: 1, streaming_mode });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(Number(response.headers.get('content-length'))).toBe(bytes.length);
    // What the file says of its making stands before its samples.
    const data = bytes.indexOf('data');
    expect(bytes.readUInt32LE(data + 4)).toBe(bytes.length - data - 8);
    expect(bytes.subarray(0, data).toString('latin1')).toContain('trainedAlgorithmicMedia');
  }
});

test.each(['cut0', 'cut1', 'cut2', 'cut3', 'cut4', 'cut5', 'CUT5', '', null])(
  'text_split_method %j and its pauses are passed on, in a body and in a query',
  async (text_split_method) => {
    const request = { text: 'Hi.', text_lang: 'en', fragment_interval: 0.5, text_split_method };
    const query = new URLSearchParams({
      ...request,
      text_split_method: text_split_method ?? '',
      fragment_interval: '0.5',
    });
    for (const response of [await service.post('/tts', request), await service.get(`/tts?${query}`)]) {
      expect([response.status, response.headers.get('x-ignored-parameters')]).toEqual([200, null]);
      await response.arrayBuffer();
      const split = text_split_method?.toLowerCase() || undefined;
      expect(service.engine.tasks.at(-1)).toMatchObject({ split, pauseSeconds: 0.5 });
    }
  },
);

test('a seed of -1 is any seed, and is told', async () => {
  const seeds = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const response = await service.post('/tts', { text: 'Hi.', text_lang: 'en', seed: -1 });
    const seed = response.headers.get('x-seed')!;
    expect(await samplesOf(response)).toEqual(expectedSamples('Hi.', Number(seed)));
    seeds.add(seed);
  }
  expect(seeds.size).toBeGreaterThan(1);
});

test('SillyTavern’s provider: speakers, and requests to the root', async () => {
  expect(await (await service.get('/speakers')).json()).toEqual([
    { name: 'tiny', voice_id: 'tiny' },
    { name: 'other', voice_id: 'other' },
  ]);
  const request = {
    text: 'Hi.',
    prompt_text: 'other',
    ref_audio_path: './参考音频/other.wav',
    text_lang: 'en',
    prompt_lang: 'en',
    text_split_method: 'cut5',
    batch_size: 1,
    media_type: 'wav',
    streaming_mode: 'true',
  };
  const response = await service.post('/', request);
  expect([response.status, response.headers.get('x-voice')]).toEqual([200, 'other']);
  await response.arrayBuffer();
});

test.each([
  '../secret.wav',
  '/etc/passwd',
  'link.wav',
  'alice.wav/../../secret.wav',
  '..\\secret.wav',
  'gone.wav',
  '.',
  '',
  'alice.wav\0.txt',
  '%2e%2e%2fsecret.wav',
  'a'.repeat(999),
])('the reference %j is not read', async (ref_audio_path) => {
  const name = ref_audio_path.startsWith('../') ? `../${path.basename(outside.folder)}/secret.wav` : ref_audio_path;
  const response = await withReferences.post('/tts', { text: 'Hi.', text_lang: 'en', ref_audio_path: name });
  if (ref_audio_path === '') {
    // api_v2's clients send it empty where they have none.
    expect(response.status).toBe(200);
    expect(withReferences.engine.tasks.at(-1)!.reference).toBeUndefined();
    return void (await response.arrayBuffer());
  }
  const body = (await response.json()) as { message: string; error: { message: string; code: string } };
  expect([response.status, body.error.code]).toEqual([400, 'reference_not_found']);
  expect(body.message).toBe(body.error.message);
  expect(body.message).not.toContain(outside.folder);
});

test('a link inside the folder is read; what is no sound, or too little, is refused', async () => {
  const ask = (ref_audio_path: string) => withReferences.post('/tts', { text: 'Hi.', text_lang: 'en', ref_audio_path });
  for (const name of ['also-alice.wav', './alice.wav', path.join(references.folder, 'alice.wav')])
    expect((await ask(name)).status).toBe(200);
  const [text, short] = [await ask('notes.txt'), await ask('short.wav')];
  expect([text.status, await text.text()]).toEqual([400, expect.stringContaining('not_wav')]);
  expect([short.status, await short.text()]).toEqual([400, expect.stringContaining('audio_too_short')]);
});

test.each([
  [{ text_lang: 'en' }, 'text'],
  [{ text: '', text_lang: 'en' }, 'text'],
  [{ text: 'Hi.' }, 'text_lang'],
  [{ text: '你好。', text_lang: 'zh' }, 'text_lang'],
  [{ text: 'Hi, 你好。', text_lang: 'zh' }, 'text_lang'],
  [{ text: 'Hi.', text_lang: 'de' }, 'text_lang'],
  [{ text: '1 + 1', text_lang: 'zh' }, 'text_lang'],
  [{ text: 'Hi.', text_lang: 'en', text_split_method: 'cut6' }, 'text_split_method'],
  [{ text: 'Hi.', text_lang: 'en', fragment_interval: -1 }, 'fragment_interval'],
  [{ text: 'Hi.', text_lang: 'en', fragment_interval: 'NaN' }, 'fragment_interval'],
  [{ text: 'Hi.', text_lang: 'en', media_type: 'midi' }, 'media_type'],
  [{ text: 'Hi.', text_lang: 'en', top_k: 'many' }, 'top_k'],
  [{ text: 'Hi.', text_lang: 'en', streaming_mode: 4 }, 'streaming_mode'],
  [{ text: 'Hi.', text_lang: 'en', speed_factor: 0 }, 'speed_factor'],
])('%j is refused', async (request, param) => {
  const response = await service.post('/tts', request);
  const body = (await response.json()) as { message: string; error: { param: string } };
  expect([response.status, body.error.param, body.message]).toEqual([400, param, expect.stringContaining(param)]);
});
