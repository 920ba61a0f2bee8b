// A Redis of a test's own, on a free port of the loopback, with a file of what was done where it is to survive a restart.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

export interface TestRedis {
  url: string;
  /** Kills it. */
  stop(): Promise<void>;
  /** Starts it again at the same address, with what its file of commands holds. */
  start(): Promise<void>;
  /** Ends it and removes its files. */
  remove(): Promise<void>;
}

export async function startRedis(host = '127.0.0.1'): Promise<TestRedis> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'redis-'));
  const args = [
    '--port',
    String(port),
    '--bind',
    host,
    '--protected-mode',
    'no',
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'yes',
  ];
  let child: ChildProcess | undefined;
  const start = async () => {
    const started = spawn('redis-server', args);
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (part) => String(part).includes('Ready to accept connections') && resolve());
      started.on('exit', () => reject(new Error('redis-server ended')));
    });
  };
  const stop = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  const remove = async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `redis://${host}:${port}`, start, stop, remove };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
