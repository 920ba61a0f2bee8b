// The page that needs no server, built into a folder of its own and served by the simplest of all, which can break in many ways.
import { execFile } from 'node:child_process';
import { createReadStream, existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const root = path.resolve(__dirname, '../..');
const vite = path.resolve(root, '../../node_modules/vite/bin/vite.js');

export interface BuiltPage {
  folder: string;
  remove(): Promise<void>;
}

export async function buildPage(): Promise<BuiltPage> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gpt-talker-page-'));
  const args = [
    'build',
    '-c',
    'web/vite.config.ts',
    '--mode',
    'in-page',
    '--outDir',
    folder,
    '--emptyOutDir',
    '--minify',
    'false',
  ];
  await promisify(execFile)(process.execPath, [vite, ...args], { cwd: root });
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.wav': 'audio/wav',
  '.woff2': 'font/woff2',
};

/** What becomes of one request instead; true where it was answered. */
export type Fault = (file: string, response: ServerResponse) => boolean;

export interface StaticServer {
  address: string;
  /** Every file that was asked for. */
  asked: string[];
  fault: Fault | undefined;
  close(): Promise<void>;
}

/** @param isolated whether pages may share memory between threads */
export async function serveFolder(folder: string, { isolated = false } = {}): Promise<StaticServer> {
  const isolation = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
  };
  const served: Pick<StaticServer, 'asked' | 'fault'> = { asked: [], fault: undefined };
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? '/', 'http://page').pathname).replace(/\/$/, '/index.html');
    served.asked.push(name);
    if (served.fault?.(name, response)) return;
    const file = path.join(folder, path.normalize(name));
    if (!existsSync(file)) return void response.writeHead(404).end();
    const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type, ...(isolated && isolation) });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(served, {
    address,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}
