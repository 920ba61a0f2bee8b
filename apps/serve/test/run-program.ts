// Runs a program in a process of its own, as a user would.
import { spawn, type ChildProcess } from 'node:child_process';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
  seconds: number;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Called once, when the program has first written to stdout. */
  onOutput?: (child: ChildProcess) => void;
}

/** Runs Node with these arguments; resolves however it ends. */
export function runNode(args: readonly string[], { cwd, env, onOutput }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    // A task runner asks for colours where its own output has them; what is compared has none.
    const { FORCE_COLOR: _, ...own } = process.env;
    const child = spawn(process.execPath, args, { cwd, env: { ...own, NODE_OPTIONS: '', ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part) => (stdout += part));
    child.stderr.on('data', (part) => (stderr += part));
    if (onOutput) child.stdout.once('data', () => onOutput(child));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr, seconds: (performance.now() - begin) / 1000 }));
  });
}
