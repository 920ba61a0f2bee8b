// Of everything that the published packages depend on: the licences, against a list of those that may be there, and the versions that RetireJS's
// database knows to be at fault (as the npm package that carries it has it; registries' own audit needs their servers).
//   npm run check:dependencies
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const DATABASE = '@salesforce/code-analyzer-retirejs-engine@0.32.0';
const ALLOWED = new Set([
  ...[
    'MIT',
    'ISC',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    '0BSD',
    'Unlicense',
    'CC0-1.0',
    'BlueOak-1.0.0',
    'Python-2.0',
  ],
  ...['MIT-0', 'OFL-1.1', 'CC-BY-3.0', 'CC-BY-4.0', 'Zlib'],
]);

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
const { packages } = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
const installed = Object.entries(packages)
  .filter(([place, { link }]) => place.includes('node_modules/') && !link)
  .map(([place, entry]) => ({ ...entry, place, name: place.split('node_modules/').pop() }));
// What only builds and tests need is not shipped.
const shipped = installed.filter(({ dev }) => !dev);

/** Of `MIT OR Apache-2.0` one is enough, of `MIT AND BSD-3-Clause` both are needed. */
function isAllowed(license) {
  const bare = license.replace(/[()]/g, '');
  if (/ OR /.test(bare)) return bare.split(' OR ').some(isAllowed);
  return bare.split(' AND ').every((one) => ALLOWED.has(one.trim()));
}

const byLicense = new Map();
const refused = [];
for (const { name, version, license, place } of shipped) {
  const found = license ?? licenseOf(place) ?? 'none';
  byLicense.set(found, (byLicense.get(found) ?? 0) + 1);
  if (!isAllowed(found)) refused.push(`${name} ${version}: ${found}`);
}

function licenseOf(place) {
  try {
    const { license, licenses } = JSON.parse(readFileSync(path.join(root, place, 'package.json'), 'utf8'));
    return typeof license === 'string' ? license : (license?.type ?? licenses?.[0]?.type);
  } catch {
    return undefined;
  }
}

const parts = (version) => version.split(/[.-]/).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
function compare(first, second) {
  const [a, b] = [parts(first), parts(second)];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i] ?? 0, b[i] ?? 0];
    if (x === y) continue;
    // A word such as beta comes before any number.
    if (typeof x !== typeof y) return typeof x === 'string' ? -1 : 1;
    return x < y ? -1 : 1;
  }
  return 0;
}

const folder = mkdtempSync(path.join(os.tmpdir(), 'dependencies-'));
let known;
try {
  execFileSync('npm', ['pack', '--silent', DATABASE], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  execFileSync('tar', ['xzf', readdirSync(folder)[0]], { cwd: folder });
  known = JSON.parse(readFileSync(path.join(folder, 'package/vulnerabilities/RetireJsVulns.json'), 'utf8'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const libraries = new Map(Object.entries(known).map(([name, library]) => [library.npmname ?? name, library]));
const looked = installed.filter(({ name }) => libraries.has(name));
const faults = looked.flatMap(({ name, version, dev }) =>
  (libraries.get(name).vulnerabilities ?? [])
    .filter(
      ({ below, atOrAbove }) =>
        (!below || compare(version, below) < 0) && (!atOrAbove || compare(version, atOrAbove) >= 0),
    )
    .map(({ severity, identifiers }) => ({
      line: `${name} ${version}${dev ? ' (not shipped)' : ''}: ${severity}: ${identifiers?.summary ?? ''}`,
      dev,
    })),
);

console.log(`${shipped.length} packages are shipped with, of ${installed.length} in package-lock.json`);
for (const [license, count] of [...byLicense].sort(([, a], [, b]) => b - a))
  console.log(`  ${String(count).padStart(4)} ${license}`);
console.log(
  `${libraries.size} libraries in ${DATABASE}; of ours it knows ${[...new Set(looked.map(({ name }) => name))].join(', ') || 'none'}`,
);
for (const { line } of faults) console.log(`  ${line}`);
for (const line of refused) console.log(`  licence not on the list: ${line}`);
process.exitCode = refused.length > 0 || faults.some(({ dev }) => !dev) ? 1 : 0;
