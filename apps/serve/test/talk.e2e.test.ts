// gpt-talker talk, as a user runs it: the built program in a fresh process.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readWavFile } from '@gpt-talker/audio';
import { writeDailyTalkDialogue } from './dailytalk';
import { writeMadeUpVoice } from './made-up-voice';
import { runNode, type Outcome } from './run-program';

const root = path.resolve(__dirname, '../../..');
const program = path.join(root, 'apps/serve/dist/cli.js');
const weekend = path.join(root, 'examples/weekend.json');
const sample = path.resolve(root, '../shared/data/dailytalk-sample/raw');
const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0;
const TEXT = 'That sounds wonderful!';

let home: string;
let madeUp: string;
/** An empty folder that the program runs in. */
let work: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'talk-'));
  madeUp = path.join(home, 'made-up');
  await writeMadeUpVoice(madeUp);
});
afterAll(() => rm(home, { recursive: true }));
beforeEach(async () => {
  work = await mkdtemp(path.join(home, 'work-'));
});

const talk = (...args: string[]): Promise<Outcome> => runNode([program, 'talk', ...args], { cwd: work });
const digest = async (file: string) =>
  createHash('sha256')
    .update(await readFile(path.join(work, file)))
    .digest('hex');

describe('the embedded voice', () => {
  test('answers the example: says what it does, and where the reply is', async () => {
    const { code, stdout, stderr, seconds } = await talk('--dialogue', weekend, '--text', TEXT);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const audio = await readWavFile(path.join(work, 'reply.wav'));
    const spokenSeconds = audio.samples.length / audio.sampleRate;
    expect(stdout).toMatch(
      /^Loading the voice …\nReading the history: \d turns …\nSpeaking …\nreply\.wav: [\d.]+ s of speech in [\d.]+ s \(real-time factor [\d.]+\)\n$/,
    );
    expect(Number(/([\d.]+) s of speech/.exec(stdout)?.[1])).toBeCloseTo(spokenSeconds, 1);
    expect(spokenSeconds).toBeGreaterThan(0.5);
    expect(spokenSeconds).toBeLessThan(6);
    expect(audio.samples.some((value) => Math.abs(value) > 0.05)).toBe(true);
    // 5 s on an idle machine, measured by `npm run bench`; here other tests may be running.
    expect(seconds).toBeLessThan(15);
  });

  test('answers as one JSON object; the same seed gives the same bytes, another one others', async () => {
    const common = ['--dialogue', weekend, '--text', TEXT, '--json', '--history', '1'];
    const { code, stdout, stderr } = await talk(...common, '--seed', '5', '--out', 'first.wav');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const audio = await readWavFile(path.join(work, 'first.wav'));
    expect(JSON.parse(stdout)).toEqual({
      file: path.join(work, 'first.wav'),
      durationSeconds: audio.samples.length / audio.sampleRate,
      sampleRate: audio.sampleRate,
      realTimeFactor: expect.any(Number),
      stopReason: expect.stringMatching(/^(end-of-speech|length)$/),
      tokens: expect.any(Number),
      historyTurns: 1,
      seed: 5,
      voice: expect.any(String),
      warnings: [],
      attempts: 1,
      words: TEXT.split(' ').map((word) =>
        expect.objectContaining({ text: word.replace(/\W/g, ''), start: expect.any(Number) }),
      ),
      timings: expect.objectContaining({ loadingSeconds: expect.any(Number), totalSeconds: expect.any(Number) }),
    });
    expect(stdout.trim().split('\n')).toHaveLength(1);
    await talk(...common, '--seed', '5', '--out', 'second.wav');
    await talk(...common, '--seed', '6', '--out', 'third.wav');
    expect(await digest('second.wav')).toBe(await digest('first.wav'));
    expect(await digest('third.wav')).not.toBe(await digest('first.wav'));
  });

  const dialogues = existsSync(sample) ? ['0', '1', '2', '3', '4'] : [];
  (dialogues.length > 0 ? test.each(dialogues) : test.skip.each(['the DailyTalk sample is not beside the repository']))(
    'answers a conversation of real people, 44.1 kHz: %s',
    async (name) => {
      await writeDailyTalkDialogue(path.join(sample, name), path.join(work, 'daily.json'));
      const { code, stdout, stderr } = await talk(
        '--dialogue',
        'daily.json',
        '--text',
        'I see. Thank you very much.',
        '--json',
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect((JSON.parse(stdout) as { durationSeconds: number }).durationSeconds).toBeGreaterThan(0.4);
    },
  );
});

test('another voice, with the text-first layout, speaks as well', async () => {
  const args = ['--dialogue', weekend, '--text', TEXT, '--voice', madeUp, '--json'];
  const first = await talk(...args, '--out', 'first.wav');
  expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(first.stdout)).toMatchObject({ voice: 'made-up', historyTurns: 2, sampleRate: 16000 });
  await talk(...args, '--out', 'second.wav');
  expect(await digest('second.wav')).toBe(await digest('first.wav'));
});

test('turns may be text alone, and the voice’s own reference then gives the timbre', async () => {
  await writeFile(path.join(work, 'text.json'), '{"turns": [{"role": "user", "text": "Hello there."}]}');
  const { code, stderr } = await talk('--dialogue', 'text.json', '--text', TEXT, '--voice', madeUp);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

/** One line on stderr, exit code 2, and nothing written. */
async function refused(outcome: Outcome, message: RegExp | string, leftBehind: string[] = []): Promise<void> {
  const line = /^gpt-talker: ([^\n]*)\n$/.exec(outcome.stderr)?.[1];
  expect({ line: line ?? outcome.stderr, code: outcome.code }).toEqual({
    line: typeof message === 'string' ? message : expect.stringMatching(message),
    code: 2,
  });
  expect((await readdir(work)).sort()).toEqual(leftBehind.sort());
}

describe('what cannot be used is refused in one line, with exit code 2, and nothing is written', () => {
  const withDialogue = async (content: string, ...args: string[]) => {
    await writeFile(path.join(work, 'talk.json'), content);
    return talk('--dialogue', 'talk.json', '--text', TEXT, '--voice', madeUp, ...args);
  };
  const turn = (fields: object) => JSON.stringify({ turns: [{ role: 'user', text: 'Hello.', ...fields }] });

  test.each<[string, string, RegExp | string]>([
    ['not JSON', '{"turns": [', /^talk\.json: is not JSON \(.*\); correct it$/],
    ['no turns', '{}', 'talk.json: turns is missing; write {"turns": [{"role": "user", "text": "…"}]}'],
    ['an unknown role', turn({ role: 'bot' }), `talk.json: turn 1: role is "bot"; write 'user' or 'agent'`],
    ['an empty turn', turn({ text: ' ' }), 'talk.json: turn 1: text is empty; write what was said, or remove the turn'],
    [
      'an unspeakable turn',
      turn({ text: '… !' }),
      /^talk\.json: turn 1 \(user\): nothing in '… !' can be read aloud; /,
    ],
    ['a missing wav', turn({ audio: 'gone.wav' }), /gone\.wav.*; /],
  ])('a dialogue with %s', async (_what, content, message) =>
    refused(await withDialogue(content), message, ['talk.json']),
  );

  test.each<[string, Uint8Array]>([
    ['is text', Buffer.from('hello')],
    ['is empty', Buffer.alloc(0)],
    ['is cut', Buffer.from('RIFF\u0024\u0000\u0000\u0000WAVEfmt ')],
    ['is compressed', compressedWav()],
  ])('a wav file that %s', async (_what, bytes) => {
    await writeFile(path.join(work, 'sound.wav'), bytes);
    await refused(await withDialogue(turn({ audio: 'sound.wav' })), /sound\.wav.*; /, ['talk.json', 'sound.wav']);
  });

  test('a wav file that cannot be read', async () => {
    await mkdir(path.join(work, 'sound.wav'));
    await refused(await withDialogue(turn({ audio: 'sound.wav' })), /sound\.wav.*; /, ['talk.json', 'sound.wav']);
  });

  test('a dialogue that is not there', async () => {
    const outcome = await talk('--dialogue', 'gone.json', '--text', TEXT, '--voice', madeUp);
    await refused(outcome, 'gone.json: there is no such dialogue file; check the path');
  });

  test.each([
    ['', /^--text: the text is empty; /],
    [' \t', /^--text: the text is empty; /],
    ['?!… ☃', /^--text: nothing in '\?!… ☃' can be read aloud; /],
  ])('the text %j', async (text, message) => {
    await refused(await talk('--dialogue', weekend, '--text', text, '--voice', madeUp), message);
  });

  test('a history that the voice cannot hold', async () => {
    const text = 'We went on and on about it for the rest of the day. '.repeat(40);
    const turns = Array.from({ length: 3 }, () => ({ role: 'user', text }));
    const outcome = await withDialogue(JSON.stringify({ turns }), '--history', '3');
    await refused(
      outcome,
      /^talk\.json: .* take \d+ positions .*, but this voice holds 900, .* use a smaller history window/,
      ['talk.json'],
    );
  });

  test.each<[string, (voice: string) => Promise<void>, RegExp]>([
    [
      'missing file',
      (voice) => rm(path.join(voice, 'decoder.onnx')),
      /voice\/decoder\.onnx: is missing, though voice\.json lists it; /,
    ],
    [
      'altered file',
      (voice) => alter(path.join(voice, 'gpt.onnx')),
      /voice\/gpt\.onnx: SHA-256 differs from voice\.json; export the voice again$/,
    ],
    [
      'cut file',
      (voice) => writeFile(path.join(voice, 'style.onnx'), 'x'),
      /voice\/style\.onnx: is 1 bytes, but voice\.json says \d+; /,
    ],
    [
      'missing manifest',
      (voice) => rm(path.join(voice, 'voice.json')),
      /voice\/voice\.json: is missing, so this is not a voice folder; /,
    ],
    ['broken manifest', (voice) => writeFile(path.join(voice, 'voice.json'), '{'), /voice\/voice\.json: is not JSON; /],
  ])('a voice with a %s', async (_what, damage, message) => {
    const voice = path.join(home, 'voice');
    await rm(voice, { recursive: true, force: true });
    await cp(madeUp, voice, { recursive: true });
    await damage(voice);
    await refused(await talk('--dialogue', weekend, '--text', TEXT, '--voice', voice), message);
  });

  test('a voice that is not there', async () => {
    await refused(
      await talk('--dialogue', weekend, '--text', TEXT, '--voice', 'gone'),
      'gone: there is no such voice folder; check the path',
    );
  });

  test('a place that cannot be written to', async () => {
    const common = ['--dialogue', weekend, '--text', TEXT, '--voice', madeUp, '--out'];
    await refused(
      await talk(...common, 'gone/reply.wav'),
      'gone/reply.wav: its folder does not exist; create it, or choose another --out',
    );
    await refused(await talk(...common, '.'), '.: is a folder; give --out the name of a wav file');
    if (process.getuid?.() !== 0) {
      await chmod(work, 0o500);
      await refused(await talk(...common, 'reply.wav'), /^reply\.wav: its folder cannot be written to/);
      await chmod(work, 0o700);
    }
  });

  test.each([
    [['talk'], 'give a text, what is to be said, or --script, a file of lines; see gpt-talker talk --help'],
    [
      ['talk', '--dialogue', 'x', '--text', 'y', '--seed', '-1'],
      /^option '-s, --seed <number>' argument '-1' is invalid. Give a whole number/,
    ],
    [['talk', '--dialogue', 'x', '--text', 'y', '--loud'], /^unknown option '--loud'.*; see gpt-talker talk --help$/],
    [['talk', 'Hello.', '--text', 'Hello.'], 'two texts are given, one of them by --text; give one'],
    [['talk', 'Hello.', 'there'], /^too many arguments/],
    [['talk', '--script', 'x', '--speaker', 'user'], /^--speaker has no meaning beside --script, .*; leave it out$/],
    [['talk', '--script', 'x', '--dialogue', 'x'], /^--dialogue has no meaning beside --script/],
    [['talk', 'Hello.', '--c2pa-key', 'x'], '--c2pa-certificate and --c2pa-key belong together; give both'],
    [['sing'], "unknown command 'sing'; see gpt-talker --help"],
  ])('%j', async (args, message) => refused(await runNode([program, ...args], { cwd: work }), message));

  test('an earlier reply stays when the next one fails', async () => {
    await writeFile(path.join(work, 'reply.wav'), 'earlier');
    await refused(await talk('--dialogue', weekend, '--text', '☃', '--voice', madeUp), /^--text: /, ['reply.wav']);
    expect(await readFile(path.join(work, 'reply.wav'), 'utf8')).toBe('earlier');
  });
});

describe('the ending of --out decides the format', () => {
  const MAGIC = { wav: 'RIFF', mp3: 'ID3', opus: 'OggS', ogg: 'OggS', ...(hasFfmpeg && { flac: 'fLaC' }) };

  test.each(Object.entries(MAGIC))('%s', async (ending, magic) => {
    const { code, stderr } = await talk('Hello there.', '--voice', madeUp, '--out', `hello.${ending}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const bytes = await readFile(path.join(work, `hello.${ending}`));
    expect(bytes.subarray(0, magic.length).toString('latin1')).toBe(magic);
    expect(await readdir(work)).toEqual([`hello.${ending}`]);
  });

  test.each([
    ['hello.aiff', '--out hello.aiff: .aiff is no format; end it in .wav, .flac, .mp3, .opus, .ogg'],
    ['hello', '--out hello: a name without an ending is no format; end it in .wav, .flac, .mp3, .opus, .ogg'],
  ])('%s is refused', async (file, message) =>
    refused(await talk('Hello.', '--voice', madeUp, '--out', file), message),
  );

  test('flac without ffmpeg is refused before anything is computed', async () => {
    const args = [program, 'talk', 'Hello.', '--voice', madeUp, '--out', 'hello.flac'];
    const outcome = await runNode(args, { cwd: work, env: { PATH: work } });
    await refused(outcome, /^--out hello\.flac: \.flac is made by ffmpeg, which is not here/);
  });
});

test('an interruption ends it, and leaves nothing', async () => {
  const args = [program, 'talk', '--dialogue', weekend, '--text', TEXT, '--voice', madeUp];
  const outcome = await runNode(args, { cwd: work, onOutput: (child) => child.kill('SIGINT') });
  expect(outcome).toMatchObject({ code: 130, stderr: 'gpt-talker: interrupted\n' });
  expect(await readdir(work)).toEqual([]);
});

test('the stack of a failure is there for those who ask', async () => {
  const { code, stderr } = await runNode([program, 'talk', '--dialogue', 'gone.json', '--text', TEXT], {
    cwd: work,
    env: { GPT_TALKER_DEBUG: '1' },
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/^gpt-talker: gone\.json: [^\n]+\nDialogueError: [^\n]+\n\s+at /);
});

test('help and version cost nothing', async () => {
  const help = await runNode([program, 'talk', '--help'], { cwd: work });
  expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' });
  for (const option of ['--dialogue', '--text', '--voice', '--out', '--seed', '--history', '--json'])
    expect(help.stdout).toContain(option);
  const version = await runNode([program, '--version'], { cwd: work });
  expect(version).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
});

/** Changes one byte, and nothing else, of a file. */
async function alter(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes[bytes.length >> 1] ^= 1;
  await writeFile(file, bytes);
}

/** A well-formed header that announces MPEG sound, which is no PCM. */
function compressedWav(): Uint8Array {
  const bytes = Buffer.alloc(46);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(38, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(0x55, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(16000, 24);
  bytes.writeUInt32LE(16000, 28);
  bytes.writeUInt16LE(1, 32);
  bytes.writeUInt16LE(8, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2, 40);
  return bytes;
}
