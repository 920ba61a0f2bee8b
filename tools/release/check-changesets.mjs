// A package whose public surface has changed needs a changeset that says so: what its users must know is written by who changed it. The surface is
// what API Extractor has written down (packages/NAME/etc/*.api.md, held to the code by api-reports.mjs --check).
// npm run check:changesets [-- BASE]: what has changed since BASE, a commit; without it, since this branch left origin/main or main.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { main, ReleaseError } from './packages.mjs';

const REPORT = /^((?:packages|apps)\/[^/]+)\/etc\/[^/]+\.api\.md$/;
const CHANGESET = /^\.changeset\/(?!README)[^/]+\.md$/;

await main(() => {
  const top = execFileSync('git', ['rev-parse', '--show-toplevel'], { encoding: 'utf8' }).trim();
  const names = announcedPackages(top, process.argv[2]);
  console.log(names.length === 0 ? 'no public surface has changed' : `announced: ${names.join(', ')}`);
});

/**
 * @param {string} from the repository
 * @param {string} [base] a commit
 * @returns {string[]} the names of packages whose surface has changed
 * @throws ReleaseError naming those that have no changeset
 */
function announcedPackages(from, base) {
  const git = (...args) =>
    execFileSync('git', args, { cwd: from, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const since = branchPoint(git, base === undefined ? ['origin/main', 'main'] : [base]);
  const changed = git('diff', '--name-only', '-z', since, '--').split('\0');
  // What is not committed yet counts, too.
  const files = [...changed, ...git('ls-files', '--others', '--exclude-standard', '-z').split('\0')];
  const announced = new Set(
    files
      .filter((file) => CHANGESET.test(file) && existsSync(path.join(from, file)))
      .flatMap((file) => packagesOf(readFileSync(path.join(from, file), 'utf8'))),
  );
  const surfaces = new Set(files.map((file) => REPORT.exec(file)?.[1]).filter((folder) => folder !== undefined));
  const names = [];
  const silent = [];
  for (const folder of [...surfaces].sort()) {
    const manifest = path.join(from, folder, 'package.json');
    // A package that is gone has nobody to tell.
    if (!existsSync(manifest)) continue;
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'));
    names.push(name);
    // `changeset version` takes the changesets away and raises the version.
    if (!announced.has(name) && version === versionAt(git, since, folder)) silent.push(name);
  }
  if (silent.length > 0)
    throw new ReleaseError(
      `${silent.join(', ')}: the public surface has changed, and no changeset says so; run npm run changeset`,
    );
  return names;
}

/** Where this branch left the first of those commits that is there. */
function branchPoint(git, commits) {
  for (const commit of commits) {
    try {
      return git('merge-base', 'HEAD', commit).trim();
    } catch {
      continue;
    }
  }
  throw new ReleaseError(
    `${commits.join(', ')}: no commit of this clone; fetch it (actions/checkout: fetch-depth 0), or give another`,
  );
}

/** Undefined where the package was not there. */
function versionAt(git, commit, folder) {
  try {
    return JSON.parse(git('show', `${commit}:${folder}/package.json`)).version;
  } catch {
    return undefined;
  }
}

/** The names in a changeset's front matter. */
function packagesOf(text) {
  const [, front = ''] = /^---\r?\n([\s\S]*?)\r?\n---/.exec(text) ?? [];
  return [...front.matchAll(/^['"]?([^'":\s]+)['"]?\s*:/gm)].map(([, name]) => name);
}
