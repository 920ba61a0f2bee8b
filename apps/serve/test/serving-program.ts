// The built program as a service in a process of its own.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const program = path.resolve(__dirname, '../dist/cli.js');

export interface ServingProgram {
  url: string;
  pid: number;
  /** Lines of its log. */
  log: string[];
  /** Process ids of its workers. */
  workers(): number[];
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
  /** Tells it to stop, and waits. */
  stop(): Promise<number | null>;
}

export function serve(...args: string[]): Promise<ServingProgram> {
  return serveBehind([], ...args);
}

/** @param prefix what the command line begins with, such as what runs it in another network namespace */
export async function serveBehind(prefix: readonly string[], ...args: string[]): Promise<ServingProgram> {
  const [command, ...rest] = [...prefix, process.execPath, program, 'serve', '--port', '0', ...args];
  const child = spawn(command, rest, {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  // When the process that started it is stopped, it goes along.
  const alone = () => child.kill('SIGKILL');
  process.once('exit', alone);
  child.once('exit', () => process.off('exit', alone));
  const log: string[] = [];
  child.stderr.on('data', (part) => log.push(...String(part).split('\n').filter(Boolean)));
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (part) => {
      const [, address] = /listens on (\S+)/.exec(String(part)) ?? [];
      if (address) resolve(address);
    });
    child.on('exit', (code) => reject(new Error(`the program ended with ${code}: ${log.join('\n')}`)));
  });
  const pid = child.pid!;
  return {
    url,
    pid,
    log,
    workers: () => childrenOf(pid),
    ended,
    stop: async () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Processor time that a process has used, in seconds. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Resident memory of a process, in bytes. */
export function residentBytes(pid: number): number {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
