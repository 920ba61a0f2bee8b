// The built command: what it prints, what it writes, how it fails.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeWav } from '@gpt-talker/audio';

jest.setTimeout(300_000); // on a busy machine

const VOICE = path.resolve(__dirname, '../../../packages/voice-tiny/voice');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'prepare-cli-'));
  for (let turn = 0; turn < 4; turn++) {
    const samples = Float32Array.from({ length: 16_000 }, (_, n) => 0.3 * Math.sin(n / (10 + turn)));
    mkdirSync(path.join(folder, 'corpus/7'), { recursive: true });
    const stem = path.join(folder, `corpus/7/${turn}_${turn % 2}_d7`);
    writeFileSync(`${stem}.wav`, writeWav({ samples, sampleRate: 16_000 }));
    if (turn < 3) writeFileSync(`${stem}.txt`, 'What a lovely day it is.');
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function run(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const cli = path.resolve(__dirname, '../dist/cli.js');
  return spawnSync(process.execPath, [cli, 'prepare', ...args], { encoding: 'utf8', cwd: folder });
}

test('a corpus is prepared with the ears of a voice; run again, nothing is done twice', () => {
  const args = ['--corpus', 'corpus', '--format', 'dailytalk', '--voice', VOICE, '--out', 'out', '--workers', '2'];
  const first = run(...args, '--preview', '--upstream', 'upstream');
  expect(first.status).toBe(0);
  expect(first.stdout).toContain('kept 1 dialogues, 3 turns');
  expect(first.stdout).toContain('1 without text: 3_1_d7.wav');
  expect(first.stdout).toContain('upstream: 3 turns in upstream’s files, 3 of them in train.list');
  expect(first.stderr).toMatch(/3\/5 audio {2}3 of 3 turns {2}0\.1 min of sound/);
  expect(readdirSync(path.join(folder, 'upstream/5-wav32k'))).toHaveLength(3);
  const page = readFileSync(path.join(folder, 'out/preview.html'), 'utf8');
  expect(page.match(/<article>/g)).toHaveLength(1);
  expect(page).not.toMatch(/https?:\/\//);
  // The voice's own rate, not upstream's.
  expect(readFileSync(path.join(folder, 'out/corpus.json'), 'utf8')).toContain('"sampleRate":16000');
  const second = run(...args);
  expect(second.stderr).toMatch(/4\/5 tokens {2}3 of 3 turns {2}0\.1 min of sound {2}3 done before/);
  expect(existsSync(path.join(folder, 'out/preview.html'))).toBe(false);
});

test.each([
  [['--out', 'x', '--corpus', 'corpus', '--format', 'ncssd'], '--voice, --codebook, --vits'],
  [['--out', 'x', '--voice', VOICE], '--corpus is missing'],
  [['--out', 'x', '--voice', VOICE, '--corpus', 'corpus'], '--format is missing: dailytalk, ncssd, list, manifest'],
  [['--out', 'x', '--voice', VOICE, '--corpus', 'nowhere', '--format', 'ncssd'], 'cannot be opened (ENOENT)'],
  [['--out', 'x', '--voice', 'corpus', '--corpus', 'corpus', '--format', 'ncssd'], 'voice.json'],
  [['--out', 'x', '--vits', 'a.pth', '--corpus', 'corpus', '--format', 'ncssd'], '--hubert is missing'],
  [['--out', 'x', '--voice', VOICE, '--hubert', 'h', '--corpus', 'c', '--format', 'list'], 'belong to --vits'],
  [
    ['--out', 'corpus/7/0_0_d7.wav', '--voice', VOICE, '--corpus', 'corpus', '--format', 'ncssd'],
    'a file stands where',
  ],
])('%j is refused in one line', (args, message) => {
  const { status, stderr, stdout } = run(...args);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.trim().split('\n').at(-1)).toContain(message);
});
