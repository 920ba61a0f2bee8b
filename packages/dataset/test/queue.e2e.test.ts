// Preparation shared by processes through a real Redis: one of them killed, Redis restarted, machines that are not as they should be.
import { spawn, type ChildProcess } from 'node:child_process';
import { renameSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createClient } from '@redis/client';
import { type PrepareOptions, type QueueWorkerOptions } from '../src';
import { PRESENCE_KEY } from '../src/queue/names';
import { folderSnapshot, tone, writeFiles } from './corpora';
import { hasRedis, startRedis, type TestRedis } from './redis-server';

jest.setTimeout(300_000); // on a busy machine

const describeRedis = hasRedis ? describe : describe.skip;

interface Program {
  child: ChildProcess;
  /** Lines of its stdout. */
  lines: string[];
  ended: Promise<number | null>;
}

const started: ChildProcess[] = [];

function run(program: string, options: object): Program {
  const child = spawn(process.execPath, [path.join(__dirname, program), JSON.stringify(options)]);
  started.push(child);
  const lines: string[] = [];
  child.stdout.on('data', (part) => lines.push(...String(part).split('\n').filter(Boolean)));
  child.stderr.on('data', (part) => lines.push(String(part)));
  return { child, lines, ended: new Promise((resolve) => child.on('exit', resolve)) };
}

const answer = (program: Program) => JSON.parse(program.lines.at(-1) ?? '{}') as Record<string, unknown>;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describeRedis('a queue on Redis (skipped where redis-server is not installed)', () => {
  let folder: string;
  let redis: TestRedis;
  let alone: Record<string, string>;
  const at = (...names: string[]) => path.join(folder, ...names);
  const tools = { milliseconds: 4 };
  const options = (output: string, more: Partial<PrepareOptions> = {}): PrepareOptions => ({
    corpus: at('corpus'),
    format: 'dailytalk',
    output: at(output),
    speech: { kind: 'module', file: path.join(__dirname, 'loudness-tools.mjs'), options: tools },
    ...more,
  });
  const prepare = (output: string) => run('run-prepare.mjs', options(output, { queue: { url: redis.url } }));
  const worker = (more: Partial<QueueWorkerOptions> = {}) =>
    run('run-queue-worker.mjs', { url: redis.url, workers: 1, lockSeconds: 3, ...more });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'queue-e2e-'));
    for (let dialogue = 0; dialogue < 30; dialogue++) {
      for (let turn = 0; turn < 6; turn++) {
        const name = `corpus/${dialogue}/${turn}_${turn % 2}_d${dialogue}`;
        writeFiles(folder, {
          [`${name}.wav`]: tone(0.7 + (turn % 3) / 5, { hertz: 120 + 10 * dialogue }),
          [`${name}.txt`]: `This is number ${turn + 1} of dialogue ${dialogue + 1}.`,
        });
      }
    }
    redis = await startRedis();
    expect(await run('run-prepare.mjs', options('alone')).ended).toBe(0);
    alone = await folderSnapshot(at('alone'));
  });
  afterEach(() => started.splice(0).forEach((child) => child.kill('SIGKILL')));
  afterAll(async () => {
    await redis.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test('two workers, one of them killed, and Redis killed too, make the bytes that one process makes', async () => {
    const [first, second] = [worker(), worker()];
    const run = prepare('shared');
    await until(() => first.lines.some((line) => line.startsWith('audio')));
    first.child.kill('SIGKILL');
    await redis.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await redis.start();
    expect(await run.ended).toBe(0);
    expect(await folderSnapshot(at('shared'))).toEqual(alone);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(second.lines.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['manifest', 'tokens']));
  });

  test('a worker is refused where the work is another version’s, and ends where there is none for long', async () => {
    const client = await createClient({ url: redis.url }).connect();
    const other = JSON.stringify({ kind: 'run', id: 'x', version: '0.0.1', host: 'b', pid: 1, threads: 0 });
    await client.zAdd(PRESENCE_KEY, { score: Date.now() / 1000 + 100, value: other });
    const refused = worker();
    expect(await refused.ended).toBe(2);
    expect(answer(refused)).toMatchObject({ name: 'DatasetError', code: 'queue' });
    expect(answer(refused).message).toMatch(
      /work there is version 0\.0\.1's \(from b\), and this is \S+; install the same/,
    );
    await client.zRem(PRESENCE_KEY, other);
    const idle = worker({ idleSeconds: 0.1 });
    expect(await idle.ended).toBe(0);
    await client.close();
  });

  test('a worker that lacks something says so and ends; what it took is done by another', async () => {
    const elsewhere = worker({ folders: [at('elsewhere')] });
    const careful = worker({ modules: false });
    const run = prepare('lacking');
    expect(await elsewhere.ended).toBe(2);
    expect(answer(elsewhere).message).toContain('which is all that this worker may use');
    worker();
    expect(await run.ended).toBe(0);
    expect(await folderSnapshot(at('lacking'))).toEqual(alone);
    // It had a task in hand, or none yet: then it still waits for one.
    careful.child.kill('SIGTERM');
    expect([0, 2]).toContain(await careful.ended);
  });

  test('what is wrong with the corpus ends the run in one line that names the machine', async () => {
    const recording = at('corpus/3/0_0_d3.wav');
    const w = worker();
    const run = prepare('gone');
    await until(() => w.lines.some((line) => line.startsWith('text')));
    renameSync(recording, `${recording}.away`);
    expect(await run.ended).toBe(2);
    renameSync(`${recording}.away`, recording);
    expect(answer(run)).toMatchObject({ code: 'manifest' });
    expect(answer(run).message).toContain(`is gone; bring it back (on ${os.hostname()}:${w.child.pid})`);
  });

  test.each([
    ['redis://127.0.0.1:1', 'queue', 'there is no Redis (connect ECONNREFUSED 127.0.0.1:1)'],
    ['http://somewhere', 'option', 'give redis://HOST:PORT'],
    ['redis://user:secret@127.0.0.1:1/2', 'queue', 'redis://127.0.0.1:1/2: there is no Redis'],
  ])('%s is refused', async (url, code, message) => {
    const refused = run('run-prepare.mjs', options('x', { queue: { url } }));
    expect(await refused.ended).toBe(2);
    expect(answer(refused)).toMatchObject({ code });
    expect(answer(refused).message).toContain(message);
    expect(answer(refused).message).not.toContain('secret');
  });
});
