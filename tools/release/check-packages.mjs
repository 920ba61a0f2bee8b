// Release check: packs every publishable package, then lets publint and arethetypeswrong look at the tarball, as npm users get it, and holds
// what it weighs installed to its budget.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { installedSizes, outdated, oversized, packedFiles } from './sizes.mjs';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'gpt-talker-packages-'));
const packedBytes = new Map();
let failures = 0;
try {
  for (const group of ['packages', 'apps']) {
    for (const name of readdirSync(path.join(root, group))) {
      const directory = path.join(root, group, name);
      const manifest = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
      if (manifest.private) continue;
      const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', folder], directory));
      const tarball = path.join(folder, filename);
      packedBytes.set(manifest.name, packedFiles(manifest.name, files));
      failures += check(manifest.name, 'publint', ['publint', 'run', tarball, '--strict']);
      // Programs and data have no types to resolve.
      if (manifest.types) failures += check(manifest.name, 'types', ['attw', tarball, '--profile', 'node16']);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const sizes = installedSizes(({ name }) => packedBytes.get(name));
for (const problem of [...oversized(sizes), ...outdated(sizes)]) {
  console.error(problem);
  failures++;
}
process.exitCode = failures > 0 ? 1 : 0;

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function check(name, what, args) {
  try {
    run('npx', ['--no-install', ...args], root);
    console.log(`${name}: ${what} ok`);
    return 0;
  } catch (error) {
    console.error(`${name}: ${what} failed\n${error.stdout ?? ''}${error.stderr ?? ''}`);
    return 1;
  }
}
