// The built command under mpirun: two ranks make one run, a rank that is killed ends it within seconds and with one line, and three go on with
// it. By `npm run test:ranks`: five processes that each record and compile a step.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { loggedSteps, until, writeTinyRun } from './tiny-run';

jest.setTimeout(600_000); // on a busy machine

const CLI = path.resolve(__dirname, '../dist/cli.js');
const ENVIRONMENT = { ...process.env, OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };
const hasMpi = /Open MPI|OpenRTE/.test(spawnSync('mpirun', ['--version'], { encoding: 'utf8' }).stdout ?? '');
const isAsked = process.env.RANKS === 'all';
if (!hasMpi) console.warn("skipped: mpirun is not Open MPI's, or not there (Debian: openmpi-bin)");
else if (!isAsked) console.warn('skipped: ranks; npm run test:ranks');
const withMpi = hasMpi && isAsked ? test : test.skip;

/** All of a run ends so long after one of its ranks at the latest. */
const MOST_SECONDS = 10;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'ranks-cli-'));
  writeTinyRun(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(ranks: number, ...more: string[]) {
  const child = spawn(
    'mpirun',
    [
      ...['-q', '-n', String(ranks), '--oversubscribe', process.execPath, CLI, 'gpt', '--config', 'config.yaml'],
      ...['--data', 'prepared.jsonl', '--out', 'run', '--save-every', '5', '--log-every', '1', ...more],
    ],
    { cwd: folder, env: ENVIRONMENT },
  );
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string; at: number }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr, at: performance.now() })),
  );
  return { pid: child.pid!, ended };
}

/** The processes that a process has started. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const file = `/proc/${name}/stat`;
      // Behind the name, which may hold anything: state, parent.
      return existsSync(file) && readFileSync(file, 'utf8').split(') ').at(-1)!.split(' ')[1] === String(pid);
    })
    .map(Number);
}

/** Which rank a process is. */
const rankOf = (pid: number): string | undefined =>
  /(?:^|\0)OMPI_COMM_WORLD_RANK=(\d+)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];

withMpi('two ranks train, one is killed, three go on', async () => {
  const run = path.join(folder, 'run');
  const { pid, ended } = start(2);
  await until(() => loggedSteps(run).length >= 12);
  const second = childrenOf(pid).find((child) => rankOf(child) === '1')!;
  const killed = performance.now();
  process.kill(second, 'SIGKILL');
  const { code, stderr, at } = await ended;
  expect((at - killed) / 1000).toBeLessThan(MOST_SECONDS);
  expect(code).not.toBe(0);
  // Besides the progress.
  expect(stderr.split('\n').filter((line) => line !== '' && !/^step \d/.test(line))).toEqual([
    expect.stringMatching(/^gpt-talker-train: ended by mpirun: another rank has ended, .*; go on with --resume$/),
  ]);
  expect(childrenOf(pid)).toEqual([]);

  const more = loggedSteps(run).at(-1)! + 5;
  const resumed = await start(3, '--resume', '--steps', String(more)).ended;
  expect(resumed.code).toBe(0);
  expect(resumed.stderr).not.toMatch(/error|mpirun/i);
  expect(resumed.stdout).toContain(`run: ${more} steps`);
  expect(loggedSteps(run)).toEqual(Array.from({ length: more }, (_, index) => index + 1));
});
