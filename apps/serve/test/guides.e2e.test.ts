// What the guides say to type at gpt-talker, typed: the commands that need nothing but the embedded voice, and the request beside
// `gpt-talker serve`. tools/docs/commands.test.ts has all others looked at.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readWav } from '@gpt-talker/audio';
import { runNode } from './run-program';

const root = path.resolve(__dirname, '../../..');
const program = path.join(root, 'apps/serve/dist/cli.js');
const readme = (folder: string) => readFileSync(path.join(root, folder, 'README.md'), 'utf8');

let work: string;
beforeEach(async () => {
  work = await mkdtemp(path.join(os.tmpdir(), 'guides-'));
  await symlink(path.join(root, 'examples'), path.join(work, 'examples'));
});
afterEach(() => rm(work, { recursive: true }));

const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, double, single, plain]) => double ?? single ?? plain);
const commands = [readme('.'), readme('apps/serve')].flatMap((text) =>
  [...text.matchAll(/^(?: {4})?(?:npx )?gpt-talker ((?:talk|phonemes) .*)$/gm)].map(([, line]) => line),
);
/** A voice and a dialogue of the reader's own. */
const cheap = commands.filter((line) => !line.includes('--voice'));

test('there are some', () => {
  expect(cheap.map((line) => words(line)[0]).sort()).toEqual(['phonemes', 'talk', 'talk', 'talk']);
});

test.each(cheap)('gpt-talker %s', async (line) => {
  const args = words(line);
  const { code, stdout, stderr } = await runNode([program, ...args], { cwd: work });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const out = args[args.indexOf('--out') + 1];
  if (!args.includes('--out')) expect(stdout.split('\n').length).toBeGreaterThan(3);
  else expect((await stat(path.join(work, out))).size).toBeGreaterThan(2000);
});

test('gpt-talker serve, and the request beside it', async () => {
  const [, serve, curl] = /^gpt-talker (serve .*)\n(curl (?:.*\\\n)*.*)$/m.exec(readme('apps/serve'))!;
  const child = spawn(process.execPath, [program, ...words(serve), '--port', '0'], { cwd: work });
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      const listen = (part: Buffer): void => {
        said += part;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
        if (found) resolve(found);
      };
      child.stdout.on('data', listen);
      child.stderr.on('data', listen);
      child.once('exit', () => reject(new Error(said)));
    });
    await ready(address);
    const [, url, ...options] = words(curl.replaceAll('\\\n', ' '));
    const asked = new URL(new URL(url).pathname, address);
    const header = options[options.indexOf('-H') + 1].split(': ');
    const response = await fetch(asked, {
      method: 'POST',
      headers: [header as [string, string]],
      body: options[options.indexOf('-d') + 1],
    });
    expect(response.status).toBe(200);
    const { samples, sampleRate } = readWav(new Uint8Array(await response.arrayBuffer()));
    expect(samples.length).toBeGreaterThan(sampleRate / 2);
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
  }
});

async function ready(address: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const response = await fetch(`${address}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the service is not ready');
}
