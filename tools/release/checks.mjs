// What must be so before anything is published: the tree is committed, the package is built, the version is new.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { npm, ReleaseError, root } from './packages.mjs';

/** @throws ReleaseError where there is something that is not committed */
export function checkTree(from = root) {
  const changes = execFileSync('git', ['status', '--porcelain'], { cwd: from, encoding: 'utf8' }).trimEnd();
  if (changes === '') return;
  const [first, ...more] = changes.split('\n');
  const others = more.length > 0 ? ` and ${more.length} more` : '';
  throw new ReleaseError(`${first.slice(3)}${others}: not committed; commit it, or put it aside`);
}

/** @throws ReleaseError where a file that the manifest names is not built, or what is built fails without an optional peer that it does not use */
export function checkBuilt(manifest, directory) {
  const { name, main, types, bin, exports: entries = {}, files = [] } = manifest;
  const named = [main, types, ...filesOf(entries)].filter((file) => file?.includes('/dist/'));
  // A program's bin is a stub that is always there.
  if (bin && files.includes('dist')) named.push('./dist/cli.js');
  const missing = named.find((file) => !existsSync(path.join(directory, file)));
  if (missing) throw new ReleaseError(`${name}: ${missing} is not built; run npm run build in the repository`);
  const [useless] = importsForNothing(manifest, path.join(directory, 'dist'));
  if (useless) throw new ReleaseError(`${name}: ${useless}, which is optional, and uses nothing of it`);
}

/** Modules that import an optional peer without a name: what is left of types, and the end of a program that has no such peer. */
function importsForNothing({ peerDependenciesMeta = {} }, dist) {
  if (!existsSync(dist)) return [];
  return readdirSync(dist, { recursive: true })
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) => {
      const code = readFileSync(path.join(dist, file), 'utf8');
      return [...code.matchAll(/^import ['"]([^.'"][^'"]*)['"];/gm)]
        .map(([, module]) => module.split('/', module.startsWith('@') ? 2 : 1).join('/'))
        .filter((module) => peerDependenciesMeta[module]?.optional)
        .map((module) => `dist/${file} imports ${module}`);
    });
}

/** Whether the registry has this version. */
export function isPublished({ name, version }, { registry, env = process.env } = {}) {
  const where = registry ? ['--registry', registry] : [];
  try {
    const options = { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env };
    return npm(['view', `${name}@${version}`, 'version', ...where], options).trim() !== '';
  } catch (error) {
    if (/\bE404\b/.test(error.stderr)) return false;
    const [reason = error.message] = String(error.stderr).split('\n');
    throw new ReleaseError(`${name}: the registry does not say whether it has ${version} (${reason}); try again`);
  }
}

/** @throws ReleaseError where it does */
export function checkNew(manifest, where) {
  if (!isPublished(manifest, where)) return;
  const { name, version } = manifest;
  throw new ReleaseError(`${name} ${version} is published already; run npx changeset version first`);
}

function filesOf(entry) {
  return typeof entry === 'string' ? [entry] : Object.values(entry).flatMap(filesOf);
}
