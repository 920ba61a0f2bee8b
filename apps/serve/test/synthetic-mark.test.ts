// Files say that a machine spoke them, for programs that look: ffprobe here, exiftool where it is installed; and the bytes themselves.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readWav, writeWav } from '@gpt-talker/audio';
import { startTestService, type TestService } from './test-service';

const MARK = 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia';
const folder = mkdtempSync(path.join(tmpdir(), 'marks-'));
const isHere = (program: string, option: string): boolean => {
  try {
    execFileSync(program, [option], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const hasFfmpeg = isHere('ffprobe', '-version');
const hasExiftool = isHere('exiftool', '-ver');

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function fileOf(name: string, url: string, body: object): Promise<string> {
  const response = await service.post(url, body);
  expect(response.status).toBe(200);
  const file = path.join(folder, name);
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

const ffprobe = (file: string) =>
  execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format_tags:stream_tags', '-of', 'json', file], {
    encoding: 'utf8',
  });

const speech = { model: 'tts-1', input: 'Hello there.' };
const tts = { text: 'Hello there.', text_lang: 'en' };
const OWN: [string, string, object][] = [
  ['whole.wav', '/tts', tts],
  ['streamed.wav', '/tts', { ...tts, streaming_mode: true }],
  ['speech.wav', '/v1/audio/speech', { ...speech, response_format: 'wav' }],
  ['speech.mp3', '/v1/audio/speech', speech],
  ['speech.opus', '/v1/audio/speech', { ...speech, response_format: 'opus' }],
];
const BY_FFMPEG: [string, string, object][] = [
  ['speech.flac', '/v1/audio/speech', { ...speech, response_format: 'flac' }],
  ['speech.aac', '/v1/audio/speech', { ...speech, response_format: 'aac' }],
  ['speech.ogg', '/tts', { ...tts, media_type: 'ogg' }],
];

test.each(hasFfmpeg ? [...OWN, ...BY_FFMPEG] : OWN)('%s', async (name, url, body) => {
  const file = await fileOf(name, url, body);
  expect(execFileSync('grep', ['-ac', MARK, file], { encoding: 'utf8' })).not.toBe('0\n');
  if (hasFfmpeg) expect(ffprobe(file)).toContain('trainedAlgorithmicMedia');
  if (hasExiftool) expect(execFileSync('exiftool', ['-a', '-G', file], { encoding: 'utf8' })).toContain('trained');
});

test('the sound of a kept reply says so too, and what a user sent does not', async () => {
  const user = Buffer.from(writeWav({ samples: new Float32Array(16_000).fill(0.1), sampleRate: 16_000 }));
  const turns = [{ role: 'user', text: 'Hello?', audio: user.toString('base64') }];
  const begun = (await (await service.post('/v1/conversations', { turns })).json()) as { id: string };
  const spoken = await service.post(`/v1/conversations/${begun.id}/reply`, { text: 'Hello there.' });
  expect(spoken.status).toBe(200);
  await spoken.arrayBuffer();
  const soundOf = async (turn: number) =>
    Buffer.from(await (await service.get(`/v1/conversations/${begun.id}/turns/${turn}/audio`)).arrayBuffer());
  expect((await soundOf(0)).includes(MARK)).toBe(false);
  const reply = await soundOf(1);
  expect(reply.includes(MARK)).toBe(true);
  expect(readWav(reply).samples.length).toBeGreaterThan(0);
});
