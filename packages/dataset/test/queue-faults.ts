// npm run faults:queue -- [--kills 20] [--dialogues 200] [--restarts 2]: a corpus prepared by three workers on machines of their own (network namespaces), one
// of which sees a slow folder. Workers are killed at random and started again, Redis is killed and started again with its file of commands, ways are cut. What
// comes out has to be what one process alone makes, to the byte.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { HUB_BACK, isOutside, openLab, type LabHost } from '../../../tools/network/lab';
import { folderSnapshot, tone, writeFiles } from './corpora';
import { startRedis } from './redis-server';

const TURNS = 6;
const LOCK_SECONDS = 5;
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class TakingHost {
  kills = 0;
  tasks = 0;
  private child!: ChildProcess;

  constructor(
    private readonly host: LabHost,
    private readonly url: string,
    private readonly slow: boolean,
  ) {
    this.begin();
  }

  kill(): void {
    this.kills++;
    this.end();
    this.begin();
  }

  end(): void {
    this.child.removeAllListeners('exit').kill('SIGKILL');
  }

  private begin(): void {
    const options = JSON.stringify({ url: this.url, workers: 1, lockSeconds: LOCK_SECONDS });
    const slowly = this.slow ? ['--require', path.join(__dirname, 'slow-folder.cjs')] : [];
    const [command, ...args] = [...this.host.prefix, process.execPath, ...slowly, program('run-queue-worker'), options];
    this.child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.child.stdout?.on('data', (part) => (this.tasks += String(part).split('\n').length - 1));
    this.child.on('exit', (code) => console.log(`${this.host.name}: a worker ended by itself with ${code}`));
  }
}

const program = (name: string) => path.join(__dirname, `${name}.mjs`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { kills: { type: 'string' }, dialogues: { type: 'string' }, restarts: { type: 'string' } },
  });
  if (isOutside()) return;
  const [kills, dialogues, restarts] = [values.kills ?? 20, values.dialogues ?? 200, values.restarts ?? 2].map(Number);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'queue-faults-'));
  makeCorpus(folder, dialogues);
  const options = (output: string, more = {}) =>
    JSON.stringify({
      corpus: path.join(folder, 'corpus'),
      format: 'dailytalk',
      output: path.join(folder, output),
      speech: { kind: 'module', file: path.join(__dirname, 'loudness-tools.mjs'), options: { milliseconds: 15 } },
      ...more,
    });
  spawnSync(process.execPath, [program('run-prepare'), options('alone')]);
  const alone = await folderSnapshot(path.join(folder, 'alone'));
  const hosts = openLab(3);
  const redis = await startRedis(HUB_BACK);
  const taking = hosts.map((host, index) => new TakingHost(host, redis.url, index === 2));
  const begin = performance.now();
  const run = spawn(process.execPath, [program('run-prepare'), options('shared', { queue: { url: redis.url } })]);
  let said = '';
  run.stdout.on('data', (part) => (said += part));
  const ended = new Promise((resolve) => run.on('exit', resolve));
  let over = false;
  void ended.then(() => (over = true));
  const done = { kills: 0, restarts: 0, cuts: 0 };
  while (!over && done.kills < kills) {
    await sleep(300 + 1700 * Math.random());
    if (over) break;
    taking[Math.floor(3 * Math.random())].kill();
    done.kills++;
    if (done.restarts < restarts && done.kills >= ((done.restarts + 1) * kills) / (restarts + 1)) {
      done.restarts++;
      await redis.stop();
      await sleep(1000);
      await redis.start();
    }
    if (done.kills % 5 === 0) {
      done.cuts++;
      const host = hosts[Math.floor(3 * Math.random())];
      host.back(false);
      setTimeout(() => host.back(true), 4000);
    }
  }
  const code = await ended;
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  taking.forEach((host) => host.end());
  await redis.remove();
  const shared = code === 0 ? await folderSnapshot(path.join(folder, 'shared')) : {};
  const equal = Object.keys(alone).filter((name) => shared[name] === alone[name]).length;
  const total = Object.keys(alone).length;
  console.log(
    `${dialogues * TURNS} turns, ${taking.map(({ tasks }) => tasks).join(' + ')} tasks on three machines (the third with a slow folder), ${seconds} s`,
  );
  console.log(
    `  ${done.kills} × kill -9, Redis killed ${done.restarts} times and started with its file of commands, ${done.cuts} ways cut for 4 s${done.kills < kills ? ' (it was over before more)' : ''}`,
  );
  console.log(
    `  ${equal} of ${total} files to the byte those of one process alone, ${Object.keys(shared).length - equal} others`,
  );
  if (code !== 0) console.log(said.trim());
  rmSync(folder, { recursive: true, force: true });
  const passed = code === 0 && equal === total && Object.keys(shared).length === total;
  console.log(passed ? 'passed' : 'FAILED');
  process.exitCode = passed ? 0 : 1;
}

function makeCorpus(folder: string, dialogues: number): void {
  for (let dialogue = 0; dialogue < dialogues; dialogue++) {
    for (let turn = 0; turn < TURNS; turn++) {
      const name = `corpus/${dialogue}/${turn}_${turn % 2}_d${dialogue}`;
      writeFiles(folder, {
        [`${name}.wav`]: tone(0.7 + (turn % 3) / 5, { hertz: 120 + (dialogue % 97) }),
        [`${name}.txt`]: `This is number ${turn + 1} of dialogue ${dialogue + 1}.`,
      });
    }
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
