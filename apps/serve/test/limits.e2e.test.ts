// The program where the system gives it few open files: one line at the start, and no end of it later.
import { execFile } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { program } from './serving-program';
import { until } from './test-service';

/** The program under a limit of open files; resolves when it ends. */
function limited(files: number, ...args: string[]): Promise<{ code: number | null; stderr: string }> {
  const command = `ulimit -n ${files} && exec "$0" "$@"`;
  return new Promise((resolve) => {
    const child = execFile(
      'bash',
      ['-c', command, process.execPath, program, ...args],
      { env: { ...process.env, NODE_OPTIONS: '' } },
      (error, _stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stderr }),
    );
    child.stdin?.end();
  });
}

test.each([24, 40, 64])('with %i files it says in one line what to do', async (files) => {
  const { code, stderr } = await limited(files, 'serve', '--port', '0', '--workers', '1', '--log-level', 'silent');
  expect([code, stderr]).toEqual([
    2,
    'gpt-talker: too many files are open for this process; raise its limit, such as with `ulimit -n 1024`\n',
  ]);
});

test('connections beyond the limit do not end it; when they are gone, it answers again', async () => {
  const port = 18_000 + (process.pid % 10_000);
  const command = `ulimit -n 300 && exec "$0" "$@"`;
  const args = ['serve', '--port', String(port), '--workers', '1', '--threads', '1', '--log-level', 'silent'];
  const child = execFile('bash', ['-c', command, process.execPath, program, ...args], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    );
  const sockets: Socket[] = [];
  try {
    await until(answers, 60);
    for (let i = 0; i < 400; i++) sockets.push(connect(port, '127.0.0.1').on('error', () => undefined));
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(child.exitCode).toBeNull();
    sockets.forEach((socket) => socket.destroy());
    await until(answers, 20);
  } finally {
    sockets.forEach((socket) => socket.destroy());
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
  expect(child.exitCode).toBe(0);
}, 120_000);
