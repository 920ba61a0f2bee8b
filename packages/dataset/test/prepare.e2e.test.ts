// The built package in processes of its own: worker threads, kills, and a full disk.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type PrepareOptions } from '../src';
import { folderSnapshot, tone, writeFiles } from './corpora';

/** `KILLS=20 npm run e2e -w @gpt-talker/dataset` kills twenty times; every run of the tests a few times. */
const KILLS = Number(process.env.KILLS ?? 4);
const DIALOGUES = 40;
const TURNS = 6;

jest.setTimeout(300_000); // on a busy machine

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'prepare-e2e-'));
  for (let dialogue = 0; dialogue < DIALOGUES; dialogue++) {
    for (let turn = 0; turn < TURNS; turn++) {
      const name = `corpus/${dialogue}/${turn}_${turn % 2}_d${dialogue}`;
      writeFiles(folder, {
        [`${name}.wav`]: tone(0.7 + (turn % 3) / 5, { hertz: 120 + 10 * dialogue }),
        [`${name}.txt`]: `This is number ${turn + 1} of dialogue ${dialogue + 1}.`,
      });
    }
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (...names: string[]) => path.join(folder, ...names);
const optionsFor = (output: string, workers: number): PrepareOptions => ({
  corpus: at('corpus'),
  format: 'dailytalk',
  output,
  speech: { kind: 'module', file: path.join(__dirname, 'loudness-tools.mjs'), options: { milliseconds: 2 } },
  workers,
  preview: true,
});

const program = (options: PrepareOptions) => [path.join(__dirname, 'run-prepare.mjs'), JSON.stringify(options)];

/** Runs to the end. */
function run(options: PrepareOptions): { answer: Record<string, unknown>; seconds: number } {
  const began = performance.now();
  const { stdout, stderr } = spawnSync(process.execPath, program(options), { encoding: 'utf8' });
  expect(stderr).toBe('');
  return { answer: JSON.parse(stdout) as Record<string, unknown>, seconds: (performance.now() - began) / 1000 };
}

/** Kills the process after a time, with the signal that cannot be caught. */
function runAndKill(options: PrepareOptions, seconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, program(options), { stdio: 'ignore' });
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.on('exit', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal === 'SIGKILL');
    });
  });
}

let uninterrupted: Record<string, string>;
let runSeconds: number;

test('worker threads make the same files as one thread', async () => {
  const { answer, seconds } = run(optionsFor(at('alone'), 0));
  runSeconds = seconds;
  expect(answer).toEqual({ dialogues: DIALOGUES, turns: DIALOGUES * TURNS });
  uninterrupted = await folderSnapshot(at('alone'));
  expect(Object.keys(uninterrupted)).toContain('corpus.json');
  run(optionsFor(at('together'), 2));
  expect(await folderSnapshot(at('together'))).toEqual(uninterrupted);
});

test(`killed ${KILLS} times at random moments, the resumed result is byte-identical`, async () => {
  let killed = 0;
  for (let attempt = 0; attempt < KILLS * 3 && killed < KILLS; attempt++) {
    // Chance is the point here: every run of the tests tries other moments.
    const options = optionsFor(at('killed'), attempt % 2 === 0 ? 2 : 0);
    if (await runAndKill(options, (0.15 + 0.6 * Math.random()) * runSeconds)) killed++;
    // A run that came to its end would leave nothing to interrupt.
    else rmSync(at('killed'), { recursive: true, force: true });
  }
  expect(killed).toBe(KILLS);
  run(optionsFor(at('killed'), 2));
  expect(await folderSnapshot(at('killed'))).toEqual(uninterrupted);
}, 600_000);

const disk = (...options: string[]) => spawnSync('mount', options).status === 0;
const canMount = (() => {
  const place = path.join(os.tmpdir(), `mount-${process.pid}`);
  mkdirSync(place);
  const done = disk('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place);
  if (done) spawnSync('umount', [place]);
  rmSync(place, { recursive: true });
  return done;
})();

(canMount ? test : test.skip)(
  `a full disk is said, and space made later is used${canMount ? '' : ' (mounting is not permitted)'}`,
  async () => {
    mkdirSync(at('disk'));
    expect(disk('-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', at('disk'))).toBe(true);
    try {
      const { answer } = run(optionsFor(at('disk/out'), 2));
      expect(answer).toMatchObject({ name: 'DatasetError', code: 'output' });
      expect(answer.message).toMatch(/the disk is full; free some space and run it again, finished work is kept/);
      expect(disk('-o', 'remount,size=200m', at('disk'))).toBe(true);
      run(optionsFor(at('disk/out'), 2));
      expect(await folderSnapshot(at('disk/out'))).toEqual(uninterrupted);
    } finally {
      spawnSync('umount', [at('disk')]);
    }
  },
);

test('tools that cannot be made are named', () => {
  const speech = { kind: 'module' as const, file: at('no-tools.mjs') };
  const { answer } = run({ ...optionsFor(at('none'), 2), speech });
  expect(answer).toMatchObject({ name: 'DatasetError', code: 'option' });
  expect(answer.message).toContain('no-tools.mjs: the module cannot be loaded');
});
