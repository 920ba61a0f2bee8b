// `gpt-talker serve` as it is built, with the embedded voice, in a process of its own.
import { spawn } from 'node:child_process';
import path from 'node:path';

export interface Served {
  address: string;
  stop(): Promise<void>;
}

export function serve(): Promise<Served> {
  const program = path.resolve(__dirname, '../../dist/cli.js');
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--log-level', 'warn'], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let stderr = '';
  child.stderr.on('data', (part) => (stderr += part));
  return new Promise((resolve, reject) => {
    let stdout = '';
    child.stdout.on('data', (part) => {
      stdout += part;
      const address = /listens on (\S+)/.exec(stdout)?.[1];
      if (address) resolve({ address, stop: () => (child.kill('SIGTERM'), ended) });
    });
    void ended.then(() => reject(new Error(`it ended before it listened: ${stderr}`)));
  });
}
