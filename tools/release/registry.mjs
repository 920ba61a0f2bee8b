// A registry of this machine's own: verdaccio in a temporary folder, which keeps our packages to itself and asks the one that npm is configured for about all others.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { npm } from './packages.mjs';

/** The last release that runs on Node 20. */
const VERDACCIO = 'verdaccio@6.8.0';

/** @returns its URL, the environment in which npm uses it and nothing of this machine's configuration, and `stop()` */
export async function startRegistry(folder) {
  const home = path.join(folder, 'verdaccio');
  mkdirSync(home, { recursive: true });
  // It depends on a tag of node-fetch (`cjs`), and not every registry has tags other than `latest`.
  writeFileSync(path.join(home, 'package.json'), '{"private": true, "overrides": {"node-fetch": "2.7.0"}}');
  npm(['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund', VERDACCIO], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  writeFileSync(
    path.join(home, 'config.yaml'),
    configuration(npm(['config', 'get', 'registry'], { encoding: 'utf8' }).trim()),
  );
  const server = spawn(
    process.execPath,
    ['node_modules/verdaccio/bin/verdaccio', '--config', 'config.yaml', '--listen', `127.0.0.1:${port}`],
    { cwd: home, stdio: 'ignore' },
  );
  try {
    await answers(url, server);
    const token = await register(url);
    const userConfig = path.join(folder, 'npmrc');
    writeFileSync(userConfig, `registry=${url}\n//127.0.0.1:${port}/:_authToken=${token}\n`);
    const env = { ...strangersEnvironment(), npm_config_userconfig: userConfig };
    return { url, env: { ...env, npm_config_cache: path.join(folder, 'npm-cache') }, stop: () => stop(server) };
  } catch (error) {
    await stop(server);
    throw error;
  }
}

/** The environment without what npm run, nx or a maintainer's configuration have put there. */
export function strangersEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_OPTIONS$|NX_|JEST_|INIT_CWD$)/i.test(name)),
  );
}

function configuration(upstream) {
  return `storage: ./storage
auth: { htpasswd: { file: ./htpasswd } }
uplinks: { npm: { url: '${upstream}', maxage: 1h, timeout: 120s, cache: false } }
packages:
  '@gpt-talker/*': { access: $all, publish: $authenticated }
  'gpt-talker*': { access: $all, publish: $authenticated }
  '**': { access: $all, proxy: npm }
max_body_size: 300mb
log: { type: stdout, format: pretty, level: fatal }
`;
}

async function register(url) {
  const response = await fetch(new URL('-/user/org.couchdb.user:maintainer', url), {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'maintainer', password: 'a dry run', email: 'maintainer@example.invalid' }),
  });
  return (await response.json()).token;
}

async function answers(url, server) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && server.exitCode === null) {
    const ready = await fetch(new URL('-/ping', url)).catch(() => undefined);
    if (ready?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${VERDACCIO} does not answer at ${url}`);
}

async function stop(server) {
  if (server.exitCode !== null) return;
  const ended = new Promise((resolve) => server.once('exit', resolve));
  server.kill();
  await ended;
}

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
