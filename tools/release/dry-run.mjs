// Publishes everything to a registry of its own, and uses it from there as a stranger does: docs/releases.md has what it found.
//   npm run release:dry [-- --quick] [-- --node 22,24] [-- --only NAME …] [-- --webassembly] [-- --keep]
// `--quick` tries three packages and the program that speaks; `--node` runs the examples with these releases of Node too, from npm.
// `--webassembly` is for machines that onnxruntime has no library for, and happens by itself on them: onnxruntime-web stands beside each package.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { binariesVersion, PLATFORMS } from '../../packages/onnxruntime/scripts/platforms.mjs';
import { main, npm, publishedPackages, ReleaseError, root, withOurs } from './packages.mjs';
import { publish } from './publish.mjs';
import { startRegistry } from './registry.mjs';
import { readmeProgram } from './readme-program.mjs';
import { prepareTypes, run, tryPackage, tryProgram } from './try-package.mjs';

const QUICK = ['@gpt-talker/checkpoint', '@gpt-talker/audio', '@gpt-talker/talker', 'gpt-talker'];
const SENTENCE = 'Hello there.';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    node: { type: 'string' },
    only: { type: 'string', multiple: true },
    webassembly: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});

await main(async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gpt-talker-dry-run-'));
  const registry = await startRegistry(folder);
  try {
    const problems = [];
    const since = stopwatch();
    const wanted = options.only ?? (options.quick ? QUICK : undefined);
    const ofThis = PLATFORMS.filter(({ os, cpu }) => os === process.platform && cpu === process.arch);
    const here = options.webassembly ? [] : ofThis;
    // As the README of @gpt-talker/onnxruntime says.
    const beside = here.length === 0 ? [`onnxruntime-web@${binariesVersion}`] : [];
    const installs = ({ directory }) => readmeProgram(directory).install.split(/\s+/);
    const names = publish({
      ...{ registry: registry.url, env: registry.env, anyTree: true },
      ...(wanted && { only: withOurs(wanted, installs) }),
      ...((wanted || options.webassembly) && { platforms: here }),
    });
    console.log(`${names.length} packages published in ${since()} s`);
    problems.push(...refusals(folder, registry));
    for (const problem of problems) console.error(`\n${problem}\n`);
    const packages = publishedPackages().filter(({ name }) => !wanted || wanted.includes(name));
    for (const node of nodes(folder)) problems.push(...tryAll(packages, node, { folder, beside, env: registry.env }));
    if (problems.length > 0) throw new ReleaseError(`\n${problems.length} problems`);
  } finally {
    await registry.stop();
    if (options.keep) console.log(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
});

/** Every package with one release of Node. */
function tryAll(packages, { label, program, env: nodeEnv }, { folder, beside, env: registryEnv }) {
  const env = { ...registryEnv, ...nodeEnv(registryEnv) };
  const projects = path.join(folder, label);
  prepareTypes(projects);
  const problems = [];
  for (const entry of packages) {
    const since = stopwatch();
    // npm install --global is tried as it stands, into a folder of its own.
    const here = { ...env, npm_config_prefix: path.join(projects, 'global') };
    const { problems: found, folder: project } = tryPackage(entry, { projects, beside, env: here, node: program });
    if (entry.manifest.bin) found.push(...programs(entry, project, { projects, beside, env, program }));
    problems.push(...found);
    console.log(`${label} ${entry.name}: ${found.length === 0 ? 'works' : `${found.length} problems`} (${since()} s)`);
    for (const problem of found) console.error(`\n${label}: ${problem}\n`);
  }
  return problems;
}

function programs(entry, project, { projects, beside, env, program }) {
  const installed = run('npm', ['install', entry.name, ...beside, '--no-audit', '--no-fund'], { cwd: project, env });
  if (installed.status !== 0) return [`${entry.name}: npm install fails\n${installed.stderr}`];
  const found = tryProgram(entry, project, { env, node: program });
  if (entry.name === 'gpt-talker') found.push(...speak(project, { projects, env, program }));
  return found;
}

/** A sentence, by the program that was installed globally, in each format. */
function speak(project, { projects, env, program }) {
  const linked = path.join(projects, process.platform === 'win32' ? 'global' : 'global/lib', 'node_modules/gpt-talker');
  const bin = path.join(linked, 'bin/gpt-talker.js');
  return ['wav', 'mp3', 'opus'].flatMap((format) => {
    const file = `hello.${format}`;
    const { status, stdout, stderr } = run(program, [bin, 'talk', SENTENCE, '--out', file], { cwd: project, env });
    if (status !== 0 || stderr !== '') return [`gpt-talker talk "${SENTENCE}" --out ${file} fails\n${stdout}${stderr}`];
    const bytes = statSync(path.join(project, file)).size;
    return bytes > 2000 ? [] : [`gpt-talker talk "${SENTENCE}" --out ${file} writes ${bytes} bytes`];
  });
}

/** What must be refused: a version that is there, a tree with changes, a clone without a build. */
function refusals(folder, { url, env }) {
  const clone = path.join(folder, 'clone');
  execFileSync('git', ['clone', '--quiet', '--shared', root, clone]);
  // The commands as they are now, committed or not.
  cpSync(path.join(root, 'tools/release'), path.join(clone, 'tools/release'), { recursive: true });
  const git = (...args) =>
    execFileSync('git', ['-C', clone, '-c', 'user.name=x', '-c', 'user.email=x@example.invalid', ...args]);
  git('add', '-A');
  git('commit', '--quiet', '--allow-empty', '-m', 'As it is');
  const attempt = (where, ...args) =>
    run(process.execPath, ['tools/release/publish.mjs', '--registry', url, ...args], { cwd: where, env });
  const tried = [['a clone without a build', attempt(clone), /is not built/]];
  writeFileSync(path.join(clone, 'README.md'), `${readFileSync(path.join(clone, 'README.md'))}\n`);
  tried.push(['a tree with changes', attempt(clone), /^README\.md: not committed/]);
  git('checkout', '--quiet', 'README.md');
  const known = '@gpt-talker/checkpoint';
  mkdirSync(path.join(clone, 'packages/checkpoint/dist/browser'), { recursive: true });
  for (const file of ['index.cjs', 'index.js', 'index.d.ts', 'index.d.cts', 'browser/index.js']) {
    writeFileSync(path.join(clone, 'packages/checkpoint/dist', file), '');
  }
  tried.push(['a version that is there', attempt(clone, '--only', known), /is published already/]);
  return tried
    .filter(([, { status, stderr }, told]) => status !== 1 || !told.test(stderr) || stderr.trim().includes('\n'))
    .map(
      ([what, { status, stdout, stderr }]) =>
        `publishing ${what} is not refused with one line (exit code ${status})\n${stdout}${stderr}`,
    );
}

/** The Node that runs this, and those that were asked for. */
function nodes(folder) {
  const here = { label: `node${process.versions.node.split('.')[0]}`, program: process.execPath, env: () => ({}) };
  const others = (options.node?.split(',') ?? []).map((version) => {
    const home = path.join(folder, 'nodes', version);
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'package.json'), '{"private": true}');
    npm(['install', '--silent', '--no-audit', '--no-fund', `node@${version}`], { cwd: home });
    const program = path.join(home, 'node_modules/node/bin/node');
    return { label: `node${version}`, program, env: ({ PATH }) => ({ PATH: `${path.dirname(program)}:${PATH}` }) };
  });
  return [here, ...others];
}

function stopwatch() {
  const begin = performance.now();
  return () => Math.round((performance.now() - begin) / 1000);
}
