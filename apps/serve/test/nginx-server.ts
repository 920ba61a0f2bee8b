// Debian's nginx with deploy/nginx.conf, on a free port of the loopback, before services of a test.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './redis-server';

export const hasNginx = spawnSync('nginx', ['-v']).status === 0;

export interface TestNginx {
  url: string;
  stop(): Promise<void>;
}

/**
 * @param upstreams host:port of each
 * @param host an address of this machine, or of the network namespace that `run` runs in
 */
export async function startNginx(upstreams: readonly string[], host = '127.0.0.1', port?: number): Promise<TestNginx> {
  const folder = mkdtempSync(path.join(tmpdir(), 'nginx-'));
  const listening = port ?? (await freePort());
  writeFileSync(path.join(folder, 'nginx.conf'), configuration(upstreams, `${host}:${listening}`));
  const args = ['-p', folder, '-c', path.join(folder, 'nginx.conf'), '-e', path.join(folder, 'error.log')];
  const child = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (part) => (said += part));
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  while (!(await answers(host, listening))) {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${said}${readFileSync(path.join(folder, 'error.log'))}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: `http://${host}:${listening}`,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The published configuration with this machine's addresses, its files in one folder, and a header that says who answered. */
export function configuration(upstreams: readonly string[], listen: string): string {
  const text = readFileSync(path.join(__dirname, '../deploy/nginx.conf'), 'utf8');
  const servers = [...text.matchAll(/^ *server (replica-\d:8080)(.*;)$/gm)];
  const [, , options] = servers[0];
  const lines = upstreams.map((upstream) => `    server ${upstream}${options}`);
  const first = text.indexOf(servers[0][0]);
  const last = text.indexOf(servers.at(-1)![0]) + servers.at(-1)![0].length;
  const own = ['client_body_temp_path body;', 'proxy_temp_path proxy;', 'fastcgi_temp_path fastcgi;']
    .concat([
      'uwsgi_temp_path uwsgi;',
      'scgi_temp_path scgi;',
      'access_log off;',
      'add_header X-Answered-By $upstream_addr always;',
    ])
    .join('\n  ');
  return `daemon off;\npid nginx.pid;\nerror_log error.log;\n${text.slice(0, first)}${lines.join('\n')}${text.slice(last)}`
    .replace('http {', `http {\n  ${own}`)
    .replace('listen 80;', `listen ${listen};`);
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
}
