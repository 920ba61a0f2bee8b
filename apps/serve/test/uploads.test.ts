// Recordings as phones, browsers and editors make them, wherever sound is taken; and recordings that come without their words.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { folderWith, someWav, startTestService, type TestService } from './test-service';

const FORMATS = { mp3: [], m4a: [], ogg: ['-c:a', 'libvorbis'], opus: [], flac: [], webm: ['-c:a', 'libopus'] };
const folder = mkdtempSync(path.join(tmpdir(), 'uploads-'));
const encoded = encodeAll();
const testWithFfmpeg = encoded ? test : test.skip;

let service: TestService;
let references: Awaited<ReturnType<typeof folderWith>>;
const heard: number[] = [];
beforeAll(async () => {
  references = await folderWith(encoded ? { 'alice.mp3': encoded.mp3 } : {});
  service = await startTestService({
    referenceFolder: references.folder,
    limits: { maxAudioSeconds: 2 },
    recognizer: {
      recognize: async ({ samples, sampleRate }) => {
        heard.push(samples.length / sampleRate);
        return samples.some((sample) => Math.abs(sample) > 0.01) ? 'What a tone.' : '';
      },
    },
  });
});
afterAll(async () => {
  await service.stop();
  await references.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A second of a tone in every format; undefined without ffmpeg. */
function encodeAll(): Record<keyof typeof FORMATS, Uint8Array> | undefined {
  const input = path.join(folder, 'input.wav');
  writeFileSync(input, someWav(1));
  try {
    const files = Object.entries(FORMATS).map(([ending, options]) => {
      const file = path.join(folder, `sound.${ending}`);
      execFileSync('ffmpeg', ['-v', 'error', '-i', input, ...options, file]);
      return [ending, new Uint8Array(readFileSync(file))];
    });
    return Object.fromEntries(files) as Record<keyof typeof FORMATS, Uint8Array>;
  } catch {
    return undefined;
  }
}

async function send(bytes: Uint8Array, type: string, query: string, to = service) {
  const id = await to.begin();
  const response = await fetch(`${to.url}/v1/conversations/${id}/turns?${query}`, {
    method: 'POST',
    headers: { 'Content-Type': type },
    body: bytes as Uint8Array<ArrayBuffer>,
  });
  return { status: response.status, body: (await response.json()) as Record<string, never> };
}

testWithFfmpeg.each(Object.keys(FORMATS) as (keyof typeof FORMATS)[])('a turn may be %s', async (format) => {
  const type = format === 'webm' ? 'video/webm' : `audio/${format}`;
  const { status, body } = await send(encoded![format], type, 'role=user&text=Hello.');
  expect([status, body.text]).toEqual([201, 'Hello.']);
  expect(Math.abs(Number(body.seconds) - 1)).toBeLessThan(0.15);
});

testWithFfmpeg('a reply may take on the voice of an mp3, and so may /tts', async () => {
  const id = await service.begin();
  const reference = `data:audio/mpeg;base64,${Buffer.from(encoded!.mp3).toString('base64')}`;
  const reply = await service.post(`/v1/conversations/${id}/reply`, { text: 'Hi.', reference, speed: 1.5 });
  await reply.arrayBuffer();
  const { reference: taken, speed } = service.engine.tasks.at(-1)!;
  expect([reply.status, speed, Math.round(taken!.audio.samples.length / taken!.audio.sampleRate)]).toEqual([
    200, 1.5, 1,
  ]);
  const tts = await service.get('/tts?text=Hi.&text_lang=en&ref_audio_path=alice.mp3');
  await tts.arrayBuffer();
  const { samples, sampleRate } = service.engine.tasks.at(-1)!.reference!.audio;
  expect([tts.status, Math.round(samples.length / sampleRate)]).toEqual([200, 1]);
});

testWithFfmpeg('what is cut, too long, or only looks like sound is refused in one line', async () => {
  const cut = await send(encoded!.m4a.subarray(0, 200), 'audio/mp4', 'role=user&text=Hi.');
  expect([cut.status, cut.body]).toMatchObject([400, { error: { code: 'invalid_audio', param: 'audio' } }]);
  const long = path.join(folder, 'long.mp3');
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'sine=duration=30', '-b:a', '32k', long]);
  const tooLong = await send(new Uint8Array(readFileSync(long)), 'audio/mpeg', 'role=user&text=Hi.');
  expect([tooLong.status, tooLong.body]).toMatchObject([413, { error: { code: 'audio_too_long' } }]);
});

test('words that are not sent are recognised, where there is a recogniser', async () => {
  const { status, body } = await send(someWav(0.5), 'audio/wav', 'role=user');
  expect([status, body.text, heard.at(-1)]).toEqual([201, 'What a tone.', 0.5]);
  const silent = await send(someWav(0.5).fill(0, 44), 'audio/wav', 'role=user');
  expect([silent.status, silent.body]).toMatchObject([422, { error: { code: 'not_understood' } }]);
});

test('and asked for in one line, where there is none', async () => {
  const plain = await startTestService();
  try {
    const { status, body } = await send(someWav(0.5), 'audio/wav', 'role=user', plain);
    expect([status, body]).toMatchObject([400, { error: { code: 'transcript_missing', param: 'text' } }]);
    expect((body as unknown as { error: { message: string } }).error.message).not.toContain('\n');
  } finally {
    await plain.stop();
  }
});
