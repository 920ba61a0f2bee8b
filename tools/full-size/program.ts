// Runs the built gpt-talker and measures it from outside: seconds, and the most memory that it held.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export const PROGRAM = path.resolve(__dirname, '../../apps/serve/dist/cli.js');

export interface Measured {
  stdout: string;
  stderr: string;
  code: number | null;
  seconds: number;
  /** 0 where the system does not say. */
  peakMebibytes: number;
}

const POLL_MILLISECONDS = 250;

export function runProgram(args: readonly string[]): Promise<Measured> {
  const begin = performance.now();
  const child = spawn(process.execPath, [PROGRAM, ...args], { env: { ...process.env, NODE_OPTIONS: '' } });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (part) => (output.stdout += String(part)));
  child.stderr.on('data', (part) => (output.stderr += String(part)));
  let peakMebibytes = 0;
  const timer = setInterval(() => (peakMebibytes = Math.max(peakMebibytes, peakOf(child.pid))), POLL_MILLISECONDS);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      resolve({ ...output, code, seconds: (performance.now() - begin) / 1000, peakMebibytes });
    });
  });
}

/** The same for what must succeed. */
export async function mustRun(args: readonly string[]): Promise<Measured> {
  const measured = await runProgram(args);
  if (measured.code === 0) return measured;
  throw new Error(`gpt-talker ${args.join(' ')} ended with ${measured.code}: ${measured.stderr.trim()}`);
}

export interface Served {
  url: string;
  stop(): Promise<void>;
}

export function serveProgram(args: readonly string[]): Promise<Served> {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--log-level', 'error', ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let log = '';
  child.stderr.on('data', (part) => (log += String(part)));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (part) => {
      const [, url] = /listens on (\S+)/.exec(String(part)) ?? [];
      if (!url) return;
      resolve({ url, stop: () => (child.kill('SIGTERM'), ended) });
    });
    child.on('close', (code) => reject(new Error(`gpt-talker serve ended with ${code}: ${log.trim()}`)));
  });
}

function peakOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
