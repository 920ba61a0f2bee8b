// What each package weighs when it is installed by itself, with all that it needs, on this platform; held to a budget (sizes.json).
//   npm run sizes                  prints the table
//   npm run sizes -- --write       writes it into docs/releases.md
// Sizes of our own packages are those of what is packed, of others those of their files in node_modules: no registry is needed.
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { main, npm, publishedPackages, readManifest, ReleaseError, root } from './packages.mjs';

const { budgets, withoutTensorflow } = JSON.parse(readFileSync(path.join(import.meta.dirname, 'sizes.json'), 'utf8'));
const PAGE = path.join(root, 'docs/releases.md');
const TABLE = /(<!-- sizes -->\n)[\s\S]*?(<!-- \/sizes -->)/;
/** Figures in the page may be so far from today's: nobody rewrites a table for a kilobyte. */
const TOLERANCE = 0.1;

/**
 * @param packedBytes by name: what a package's tarball unpacks to
 * @returns for each package `{name, ownMegabytes, megabytes, count, budget, needs}`
 */
export function installedSizes(packedBytes) {
  const own = new Map(publishedPackages().map((entry) => [entry.name, entry]));
  return [...own.values()].map(({ name, directory }) => {
    const needed = closure(name, directory, own);
    const bytes = [...needed].map(([place, needs]) => (own.has(needs) ? packedBytes(own.get(needs)) : bytesOf(place)));
    const total = bytes.reduce((sum, one) => sum + one, 0);
    const needs = [...needed.values()];
    return { name, own: packedBytes(own.get(name)), total, count: needed.size, budget: budgets[name], needs };
  });
}

/** Lines that say which package is over its budget, has none, or brings what it must not bring. */
export function oversized(sizes) {
  return sizes.flatMap(({ name, total, budget, needs }) => [
    ...(budget === undefined ? [`${name} has no budget in tools/release/sizes.json`] : []),
    ...(total > budget * 1e6 ? [`${name} takes ${megabytes(total)} MB installed, more than its ${budget} MB`] : []),
    ...(withoutTensorflow.includes(name) && needs.some((one) => one.startsWith('@tensorflow/'))
      ? [`${name} brings TensorFlow.js, which only its model needs`]
      : []),
  ]);
}

/** Folders in node_modules, by place, with the names of the packages in them: a package, and all that it depends on. */
function closure(name, directory, own) {
  const needed = new Map();
  const visit = (one, place) => {
    if (needed.has(place)) return;
    needed.set(place, one);
    for (const dependency of Object.keys(readManifest(place).dependencies ?? {})) {
      visit(dependency, own.get(dependency)?.directory ?? resolve(dependency, place));
    }
    // What is published depends on the binaries of one platform, which lie in onnxruntime-node here.
    if (one === '@gpt-talker/onnxruntime') needed.set(binaries(), `${one}-${process.platform}-${process.arch}`);
  };
  visit(name, directory);
  return needed;
}

function binaries() {
  return path.join(root, 'node_modules/onnxruntime-node/bin/napi-v6', process.platform, process.arch);
}

function resolve(name, from) {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const place = path.join(folder, 'node_modules', name);
    if (existsSync(path.join(place, 'package.json'))) return place;
    if (folder === path.dirname(folder)) throw new ReleaseError(`${name}: is not installed; run npm ci`);
  }
}

/** Of a package's files, without the packages inside it. */
function bytesOf(place) {
  return readdirSync(place).reduce((sum, entry) => {
    if (entry === 'node_modules') return sum;
    const file = path.join(place, entry);
    const stats = lstatSync(file);
    return sum + (stats.isDirectory() ? bytesOf(file) : stats.size);
  }, 0);
}

function packed({ directory, manifest }) {
  // Its binaries are counted as the platform's package.
  const options = { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  const [{ files }] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], options));
  return packedFiles(manifest.name, files);
}

/** What the files of a tarball come to, as `npm pack --json` lists them. */
export function packedFiles(name, files) {
  return files
    .filter((file) => name !== '@gpt-talker/onnxruntime' || !file.path.startsWith('platform/'))
    .reduce((sum, { size }) => sum + size, 0);
}

export function sizeTable(sizes) {
  const rows = sizes.map(({ name, own, total, count, budget }) => [
    `\`${name}\``,
    megabytes(own),
    megabytes(total),
    String(count),
    String(budget ?? ''),
  ]);
  const titles = ['package', 'itself (MB)', 'with all it needs (MB)', 'packages', 'budget (MB)'];
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Lines about figures in the page that are no longer so. */
export function outdated(sizes) {
  const table = TABLE.exec(readFileSync(PAGE, 'utf8'))?.[0] ?? '';
  return sizes.flatMap(({ name, total }) => {
    const told = Number(new RegExp(`\`${name}\` *\\|[^|]*\\| *([\\d.]+)`).exec(table)?.[1]);
    if (Math.abs(told * 1e6 - total) <= TOLERANCE * total + 1e5) return [];
    return [`${name} takes ${megabytes(total)} MB, not ${told} as docs/releases.md says; run npm run sizes -- --write`];
  });
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(() => {
    const known = new Map();
    const sizes = installedSizes((entry) => {
      if (!known.has(entry.name)) known.set(entry.name, packed(entry));
      return known.get(entry.name);
    });
    console.log(sizeTable(sizes));
    if (process.argv.includes('--write')) {
      writeFileSync(
        PAGE,
        readFileSync(PAGE, 'utf8').replace(TABLE, (_, before, after) => `${before}\n${sizeTable(sizes)}\n\n${after}`),
      );
    }
    const [first, ...more] = oversized(sizes);
    if (first) throw new ReleaseError([first, ...more].join('\n'));
  });
}
