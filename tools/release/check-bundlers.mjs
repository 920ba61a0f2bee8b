// Builds programs that speak with bundlers that this repository does not have, from packages as strangers install them, and runs what comes
// out: npm run check:bundlers [-- --only webpack|next|vite …] [-- --keep]. esbuild and Vite for servers are in apps/serve/test/bundlers.e2e.test.ts.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PLATFORMS } from '../../packages/onnxruntime/scripts/platforms.mjs';
import { main, ReleaseError, root, withOurs } from './packages.mjs';
import { publish } from './publish.mjs';
import { freePort, startRegistry } from './registry.mjs';
import { run } from './try-package.mjs';

/** Releases that were tried; newer ones are tried by changing these lines. */
const NEXT = ['next@16.4.6', 'react@19.3.1', 'react-dom@19.3.1'];
const WEBPACK = ['webpack@5.113.0'];
const VITE = ['vite@8.3.8'];
const OURS = ['@gpt-talker/talker', '@gpt-talker/voice-tiny'];
const SPOKEN = 'end-of-speech true native';

const PROGRAM = `
import { Talker } from '@gpt-talker/talker';
import path from 'node:path';
async function main() {
  const talker = await Talker.load(path.resolve('node_modules/@gpt-talker/voice-tiny/voice'), { intraOpThreads: 1 });
  const dialogue = { turns: [{ role: 'user', text: 'We won 3:1!' }] };
  const { audio, stopReason } = await talker.reply(dialogue, 'That is wonderful news!', { seed: 1 });
  console.log(stopReason, audio.samples.length > 8000, (await talker.computeInfo()).runtime);
  await talker.dispose();
}
main();
`;

const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

const KINDS = { webpack: tryWebpack, next: tryNext, vite: tryVite };
const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, keep: { type: 'boolean' } } });

await main(async () => {
  const unknown = values.only?.find((kind) => !Object.hasOwn(KINDS, kind));
  if (unknown !== undefined) throw new ReleaseError(`--only ${unknown}: there are ${Object.keys(KINDS).join(', ')}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gpt-talker-bundlers-'));
  const registry = await startRegistry(folder);
  const problems = [];
  try {
    const here = PLATFORMS.filter(({ os: system, cpu }) => system === process.platform && cpu === process.arch);
    publish({
      ...{ registry: registry.url, env: registry.env, anyTree: true },
      ...{ only: withOurs([...OURS, '@gpt-talker/onnxruntime']), platforms: here },
    });
    for (const [kind, attempt] of Object.entries(KINDS)) {
      if (values.only && !values.only.includes(kind)) continue;
      const project = path.join(folder, kind);
      mkdirSync(project);
      const env = { ...registry.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
      const found = await attempt(project, env);
      problems.push(...found.map((problem) => `${kind}: ${problem}`));
      console.log(`${kind}: ${found.length === 0 ? 'works' : `${found.length} problems`}`);
    }
  } finally {
    await registry.stop();
    if (values.keep) console.log(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
  for (const problem of problems) console.error(`\n${problem}`);
  if (problems.length > 0) throw new ReleaseError(`\n${problems.length} problems`);
});

function install(project, env, packages, manifest = { private: true, type: 'module' }) {
  writeFileSync(path.join(project, 'package.json'), JSON.stringify(manifest));
  const installed = run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: project, env });
  if (installed.status !== 0) throw new ReleaseError(`${packages.join(' ')}: npm install fails\n${installed.stderr}`);
}

/** Runs a program that was built, with the packages that it needs beside the voice. */
function speaks(what, file, project, env) {
  const { status, stdout, stderr } = run(process.execPath, [file], { cwd: project, env });
  if (status === 0 && stdout.trim() === SPOKEN && stderr === '') return [];
  return [`${what} does not speak (exit code ${status})\n${stdout}${stderr}`];
}

function build(what, args, project, env) {
  const built = run(process.execPath, args, { cwd: project, env });
  return built.status === 0 ? [] : [`${what} is not built\n${built.stdout}${built.stderr}`];
}

async function tryWebpack(project, env) {
  install(project, env, [...OURS, ...WEBPACK]);
  writeFileSync(path.join(project, 'program.mjs'), PROGRAM);
  writeFileSync(
    path.join(project, 'build.mjs'),
    `import path from 'node:path';
import webpack from 'webpack';
const compiler = webpack({
  mode: 'production',
  target: 'node',
  entry: './program.mjs',
  externals: { '@gpt-talker/onnxruntime': 'commonjs @gpt-talker/onnxruntime' },
  output: { path: path.resolve('out'), filename: 'program.cjs' },
});
compiler.run((error, stats) => {
  if (error) throw error;
  console.log(stats.toString({ all: false, errors: true, warnings: true }));
  // It cannot follow the code that looks for packages when it runs, and says so.
  const { warnings } = stats.toJson({ all: false, warnings: true });
  const others = warnings.filter(({ message }) => !message.includes('createRequire failed parsing'));
  process.exitCode = stats.hasErrors() || others.length > 0 ? 1 : 0;
});
`,
  );
  const problems = build('a program for servers', ['build.mjs'], project, env);
  return problems.length > 0 ? problems : speaks('a program for servers', 'out/program.cjs', project, env);
}

/** The example, built to be deployed: what is traced is all that it has. */
async function tryNext(project, env) {
  cpSync(path.join(root, 'examples/next'), project, { recursive: true });
  install(project, env, [...OURS, ...NEXT]);
  const config = path.join(project, 'next.config.mjs');
  writeFileSync(
    config,
    `${readFileSync(config, 'utf8').replace('export default {', "export default { output: 'standalone', outputFileTracingRoot: import.meta.dirname,")}`,
  );
  const problems = build('a route', ['node_modules/next/dist/bin/next', 'build'], project, env);
  if (problems.length > 0) return problems;
  const deployed = `${project}-deployed`;
  cpSync(path.join(project, '.next/standalone'), deployed, { recursive: true, verbatimSymlinks: true });
  rmSync(project, { recursive: true });
  const port = await freePort();
  const server = spawn(process.execPath, ['server.js'], {
    cwd: deployed,
    env: { ...env, PORT: String(port), HOSTNAME: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (part) => (said += part));
  try {
    const ask = (body) =>
      fetch(`http://127.0.0.1:${port}/api/speech`, { method: 'POST', body: JSON.stringify(body) }).catch(
        () => undefined,
      );
    await until(async () => (await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined)) !== undefined);
    const spoken = await ask({ turns: [{ role: 'user', text: 'Shall we go?' }], text: 'Yes, let us go.' });
    const bytes = spoken?.ok ? (await spoken.arrayBuffer()).byteLength : 0;
    const wrong = await ask({ text: '' });
    const ok = bytes > 16000 && spoken.headers.get('Content-Type')?.startsWith('audio/L16') && wrong?.status === 400;
    return ok
      ? []
      : [`the route answers ${spoken?.status} with ${bytes} bytes, and ${wrong?.status} to no text\n${said}`];
  } finally {
    await end(server);
  }
}

/** The page of the examples in a browser, and a program for servers with all in it. */
async function tryVite(project, env) {
  cpSync(path.join(root, 'examples/vite-page'), project, { recursive: true });
  install(project, env, [...OURS, 'onnxruntime-web', ...VITE]);
  const vite = 'node_modules/vite/bin/vite.js';
  const voice = path.join(project, 'node_modules/@gpt-talker/voice-tiny/voice');
  cpSync(voice, path.join(project, 'public/voice'), { recursive: true });
  const problems = build('the page', [vite, 'build'], project, env);
  if (problems.length === 0) problems.push(...(await openPage(path.join(project, 'dist'))));

  writeFileSync(path.join(project, 'program.js'), PROGRAM);
  writeFileSync(
    path.join(project, 'server.config.mjs'),
    `export default {
  publicDir: false,
  ssr: { noExternal: true, external: ['@gpt-talker/onnxruntime'] },
  build: { ssr: 'program.js', outDir: 'server', target: 'node20' },
};
`,
  );
  const server = build('a program for servers', [vite, 'build', '-c', 'server.config.mjs'], project, env);
  problems.push(...server);
  if (server.length === 0) problems.push(...speaks('a program for servers', 'server/program.js', project, env));
  return problems;
}

/** Presses the button of the page in Chromium, where there is one. */
async function openPage(folder) {
  const { chromium } = await import('playwright-core');
  const program = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(
    (file) => run(file, ['--version'], {}).status === 0,
  );
  if (!program) {
    console.log('vite: there is no Chromium; the page is built, but not opened');
    return [];
  }
  const server = createServer((request, response) => {
    const file = path.join(folder, path.normalize(request.url === '/' ? '/index.html' : request.url));
    try {
      const bytes = readFileSync(file);
      response.writeHead(200, { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({
    executablePath: program,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  try {
    const page = await browser.newPage();
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.addInitScript(() => {
      const { start } = AudioBufferSourceNode.prototype;
      window.played = 0;
      AudioBufferSourceNode.prototype.start = function (...given) {
        window.played += this.buffer.length;
        return start.apply(this, given);
      };
    });
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const ready = await page
      .locator('#speak:enabled')
      .waitFor({ timeout: 200_000 })
      .then(
        () => true,
        () => false,
      );
    const state = await page.locator('#state').innerText();
    if (!ready) return [`the page is not ready: ${state}\n${complaints.join('\n')}`];
    await page.locator('#speak').click();
    const spoken = await page
      .waitForFunction(() => window.played > 8000, undefined, { timeout: 100_000 })
      .then(
        () => true,
        () => false,
      );
    const heard = spoken && state === 'ready: wasm, 1 thread';
    const noise = complaints.filter((text) => !/favicon|404/.test(text));
    return heard && noise.length === 0 ? [] : [`the page says "${state}", spoken: ${spoken}\n${complaints.join('\n')}`];
  } finally {
    await browser.close();
    server.close();
  }
}

async function until(ready) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (await ready()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new ReleaseError('the server that was built does not answer within a minute');
}

async function end(child) {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
}
