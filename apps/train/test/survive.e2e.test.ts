// The built command survives: a signal saves first, a kill loses at most the interval, and the run goes on from there.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loggedSteps, until, writeTinyRun } from './tiny-run';

jest.setTimeout(300_000); // on a busy machine

const CLI = path.resolve(__dirname, '../dist/cli.js');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'survive-'));
  writeTinyRun(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const INTERVAL = 5;
const args = (out: string, ...more: string[]) => [
  ...[CLI, 'gpt', '--config', 'config.yaml', '--data', 'prepared.jsonl', '--out', out],
  ...['--save-every', String(INTERVAL), '--log-every', '1', '--threads', '1', ...more],
];

function start(out: string): { child: ChildProcess; ended: Promise<{ code: number | null; stderr: string }> } {
  const child = spawn(process.execPath, args(out), { cwd: folder });
  let stderr = '';
  child.stderr!.on('data', (text) => (stderr += text));
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, stderr }))) };
}

const steps = (out: string): number[] => loggedSteps(path.join(folder, out));

/** The step that a checkpoint says it is of. */
function savedStep(out: string): number {
  const file = readFileSync(path.join(folder, out, 'last.safetensors'));
  const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString());
  return JSON.parse(header.__metadata__.position).step;
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s saves, and the run ends with %d', async (signal, expected) => {
  const { child, ended } = start(signal);
  await until(() => steps(signal).length >= 3);
  child.kill(signal);
  const { code, stderr } = await ended;
  expect(code).toBe(expected);
  expect(stderr).toContain('stopping: saving the run');
  const logged = steps(signal);
  expect(savedStep(signal)).toBe(logged[logged.length - 1]);
});

test('kill -9 loses at most the interval, and the run goes on', async () => {
  const { child, ended } = start('killed');
  await until(() => steps('killed').length >= 3 * INTERVAL);
  child.kill('SIGKILL');
  await ended;
  const logged = steps('killed');
  const saved = savedStep('killed');
  expect(saved % INTERVAL).toBe(0);
  expect(logged[logged.length - 1] - saved).toBeLessThanOrEqual(INTERVAL);
  const more = saved + 7;
  const resumed = spawnSync(process.execPath, args('killed', '--resume', '--steps', String(more)), {
    ...{ cwd: folder, encoding: 'utf8' },
  });
  expect(resumed.stderr).not.toMatch(/Error/);
  expect(resumed.stdout).toContain(`killed: ${more} steps`);
  expect(steps('killed')).toEqual(Array.from({ length: more }, (_, index) => index + 1));
});

test('a run that is there is not replaced, and nobody else trains in its folder', async () => {
  const { child, ended } = start('kept');
  await until(() => existsSync(path.join(folder, 'kept', 'last.safetensors')));
  const again = (...more: string[]) =>
    spawnSync(process.execPath, args('kept', ...more), { cwd: folder, encoding: 'utf8' });
  const second = again('--resume');
  expect(second.stderr).toMatch(/^gpt-talker-train: .*kept: process \d+ on .* is training in it;[^\n]*\n$/);
  expect(second.status).toBe(2);
  child.kill('SIGKILL');
  await ended;
  const saved = savedStep('kept');
  const third = again();
  expect(third.stderr).toMatch(/kept: a run is in it; go on with it \(--resume\), replace it \(--overwrite\)/);
  expect(third.status).toBe(2);
  expect(savedStep('kept')).toBe(saved);
  expect(again('--resume', '--steps', String(saved + 1)).status).toBe(0);
  expect(again('--overwrite', '--steps', '1').status).toBe(0);
  expect(savedStep('kept')).toBe(1);
  writeFileSync(path.join(folder, 'file'), '');
  const file = spawnSync(process.execPath, args('file'), { cwd: folder, encoding: 'utf8' });
  expect(file.stderr).toMatch(/^gpt-talker-train: .*file: is a file; name a folder for the run \(--out\)\n$/);
  expect(file.status).toBe(2);
});

/** Runs a command in a name space of its own, where `full` is a file system of `size` bytes; false where nobody may do that. */
function inSmallSpace(size: string, command: string) {
  const mount = `mount -t tmpfs -o size=${size} none full`;
  return spawnSync('unshare', ['-rm', 'sh', '-c', `mkdir -p full && ${mount} && ${command}`], {
    ...{ cwd: folder, encoding: 'utf8' },
  });
}
const mayMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0;
const whereMounting = mayMount ? test : test.skip;
if (!mayMount) console.warn('skipped: a full disk, for which a file system is mounted in a name space');

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(' ');

whereMounting('a disk that is full: one line that says so, and nothing half-written', () => {
  const train = `${quoted([process.execPath, ...args('full/run', '--steps', '10')])}`;
  const { stdout, stderr } = inSmallSpace('24k', `{ ${train}; echo "code $?"; find full -name '*.partial'; }`);
  const lines = stderr.trim().split('\n');
  expect(lines.at(-1)).toMatch(/^gpt-talker-train: .*last\.safetensors: the disk is full; free some space/);
  expect(stdout).toBe('code 2\n');
});

whereMounting('a folder that nobody may write to', () => {
  const train = `${quoted([process.execPath, ...args('full/run')])}`;
  const { stdout, stderr } = inSmallSpace('24k', `mount -o remount,ro full && { ${train}; echo "code $?"; }`);
  expect(stderr).toMatch(/^gpt-talker-train: [^\n]*full[^\n]*choose another output\n$/);
  expect(stdout).toBe('code 2\n');
});
