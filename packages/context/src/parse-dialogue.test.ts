import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeWavFile } from '@gpt-talker/audio';
import { parseDialogue, readDialogueFile } from './index';

test('a dialogue is read as it stands', () => {
  const turns = [
    { role: 'user', text: 'Hello!', audio: 'hello.wav', speaker: 'Ann' },
    { role: 'agent', text: 'Hi.', language: 'en' },
  ];
  expect(parseDialogue({ turns, title: 'ignored' })).toEqual({ turns });
  expect(parseDialogue({ turns: [] })).toEqual({ turns: [] });
});

test.each<[unknown, string]>([
  [null, 'd.json: must be an object; write {"turns": [{"role": "user", "text": "…"}]}'],
  [[], 'd.json: must be an object; write {"turns": [{"role": "user", "text": "…"}]}'],
  [{}, 'd.json: turns is missing; write {"turns": [{"role": "user", "text": "…"}]}'],
  [{ turns: {} }, 'd.json: turns is missing; write {"turns": [{"role": "user", "text": "…"}]}'],
  [{ turns: ['hello'] }, 'd.json: turn 1: must be an object with role and text'],
  [{ turns: [{ text: 'x' }] }, "d.json: turn 1: role is missing; write 'user' or 'agent'"],
  [
    {
      turns: [
        { role: 'user', text: 'x' },
        { role: 'bot', text: 'x' },
      ],
    },
    `d.json: turn 2: role is "bot"; write 'user' or 'agent'`,
  ],
  [{ turns: [{ role: 'user' }] }, 'd.json: turn 1: text is missing; write what was said'],
  [
    { turns: [{ role: 'user', text: ' \n' }] },
    'd.json: turn 1: text is empty; write what was said, or remove the turn',
  ],
  [
    { turns: [{ role: 'user', text: 'x', audio: 3 }] },
    'd.json: turn 1: audio must be the path of a wav file; correct or remove it',
  ],
  [
    { turns: [{ role: 'user', text: 'x', audio: '' }] },
    'd.json: turn 1: audio is empty; name a wav file, or remove it',
  ],
])('%j is refused', (json, message) => {
  expect(() => parseDialogue(json, 'd.json')).toThrow(
    expect.objectContaining({ name: 'DialogueError', code: 'shape', message }),
  );
});

describe('files', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'dialogue-'));
    file = path.join(folder, 'talk.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('audio lies beside the file', async () => {
    await writeWavFile(path.join(folder, 'one.wav'), { samples: Float32Array.of(0, 0.5, -0.5), sampleRate: 8000 });
    await writeFile(
      file,
      '\uFEFF{"turns": [{"role": "user", "text": "one", "audio": "one.wav"}, {"role": "agent", "text": "two"}]}',
    );
    const { turns } = await readDialogueFile(file);
    expect(turns[0].audio).toEqual({ samples: Float32Array.of(0, 0.5, -0.5), sampleRate: 8000 });
    expect(turns[1]).toEqual({ role: 'agent', text: 'two' });
  });

  test('what is wrong names the file', async () => {
    await expect(readDialogueFile(file)).rejects.toMatchObject({
      code: 'file',
      message: `${file}: there is no such dialogue file; check the path`,
    });
    await expect(readDialogueFile(folder)).rejects.toMatchObject({
      code: 'file',
      message: `${folder}: cannot be read (EISDIR); check the path`,
    });
    await writeFile(file, '{"turns": [}');
    await expect(readDialogueFile(file)).rejects.toMatchObject({
      code: 'json',
      message: expect.stringMatching(/talk.json: is not JSON \([^\n]+\); correct it$/),
    });
    await writeFile(file, '{"turns": [{"role": "user", "text": "x", "audio": "missing.wav"}]}');
    await expect(readDialogueFile(file)).rejects.toMatchObject({
      name: 'AudioFileError',
      message: expect.stringContaining('missing.wav'),
    });
  });
});
