// `prepare --queue` and `worker`, as built, with a real Redis between them.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeWav } from '@gpt-talker/audio';

jest.setTimeout(300_000); // on a busy machine

const CLI = path.resolve(__dirname, '../dist/cli.js');
const VOICE = path.resolve(__dirname, '../../../packages/voice-tiny/voice');
const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
const PORT = 20_000 + (process.pid % 20_000);
const URL = `redis://127.0.0.1:${PORT}`;

let folder: string;
let redis: ChildProcess | undefined;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'queue-cli-'));
  mkdirSync(path.join(folder, 'corpus/7'), { recursive: true });
  for (let turn = 0; turn < 3; turn++) {
    const samples = Float32Array.from({ length: 16_000 }, (_, n) => 0.3 * Math.sin(n / (10 + turn)));
    const stem = path.join(folder, `corpus/7/${turn}_${turn % 2}_d7`);
    writeFileSync(`${stem}.wav`, writeWav({ samples, sampleRate: 16_000 }));
    writeFileSync(`${stem}.txt`, 'What a lovely day it is.');
  }
  if (!hasRedis) return;
  redis = spawn('redis-server', ['--port', String(PORT), '--bind', '127.0.0.1', '--save', '', '--dir', folder]);
  await new Promise<void>((resolve, reject) => {
    redis?.stdout?.on('data', (part) => String(part).includes('Ready to accept') && resolve());
    redis?.on('exit', () => reject(new Error('redis-server ended')));
  });
});
afterAll(async () => {
  redis?.removeAllListeners('exit').kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

const prepare = (...args: string[]) =>
  spawnSync(
    process.execPath,
    [CLI, 'prepare', '--corpus', 'corpus', '--format', 'dailytalk', '--voice', VOICE, ...args],
    {
      encoding: 'utf8',
      cwd: folder,
    },
  );

(hasRedis ? test : test.skip)(
  'a worker does what prepare asks for; both say so as JSON (needs redis-server)',
  async () => {
    // In another folder: paths are sent in full.
    const args = ['worker', '--queue', URL, '--workers', '1', '--folder', folder, path.dirname(VOICE), '--idle', '1'];
    const worker = spawn(process.execPath, [CLI, ...args, '--json'], { cwd: os.tmpdir() });
    let said = '';
    worker.stdout.on('data', (part) => (said += part));
    const ended = new Promise((resolve) => worker.on('exit', resolve));
    const { status, stdout, stderr } = prepare('--out', 'out', '--queue', URL, '--json');
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const events = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const run = events(stdout);
    expect(run.at(-1)).toMatchObject({ event: 'report', turns: 3 });
    const tokens = run.find(({ step }) => step === 'tokens');
    expect(tokens).toMatchObject({ event: 'progress', turns: 3, totalTurns: 3 });
    expect(tokens?.crew).toEqual([
      { host: os.hostname(), pid: worker.pid, threads: 1, tasks: 4, turns: 12, seconds: 12 },
    ]);
    expect(await ended).toBe(0);
    expect(events(said).map(({ event, step }) => step ?? event)).toEqual([
      'manifest',
      'text',
      'audio',
      'tokens',
      'end',
    ]);
  },
);

test.each([
  [['--queue', 'redis://127.0.0.1:1', '--workers', '2'], 'with --queue others work'],
  [['--priority', '2'], '--priority belongs to --queue'],
  [['--queue', 'redis://127.0.0.1:1'], 'there is no Redis'],
  [['--queue', 'localhost'], 'give redis://HOST:PORT'],
])('%j is refused in one line', (args, message) => {
  const { status, stderr } = prepare('--out', 'refused', ...args);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(message);
});
