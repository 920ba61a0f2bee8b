// What every published package says alike, from the package.json at the root: where the project lives, its licence. Relative links in a
// package's README lead nowhere on npm, so they become absolute ones.
//   node tools/release/manifests.mjs            writes it all; after the repository has moved, change the root's and run this
//   node tools/release/manifests.mjs --check    names what differs, exit code 1
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { main, publishedPackages, ReleaseError, root, rootManifest } from './packages.mjs';

const BRANCH = 'main';
const PICTURES = /\.(?:png|jpe?g|svg|gif)$/i;

const web = addressOf(rootManifest.repository.url);

await main(() => {
  const checks = process.argv.includes('--check');
  const stale = [];
  for (const { directory, manifest } of publishedPackages()) {
    const place = path.relative(root, directory).split(path.sep).join('/');
    // Before the manifest is written, it may still have the address that links in READMEs begin with.
    const former = manifest.repository && addressOf(manifest.repository.url);
    const wanted = new Map([
      ['package.json', `${JSON.stringify(withShared(manifest, place), null, 2)}\n`],
      ['LICENSE', readFileSync(path.join(root, 'LICENSE'), 'utf8')],
      ['README.md', withAbsoluteLinks(read(path.join(directory, 'README.md')) ?? '', directory, former)],
    ]);
    for (const [name, content] of wanted) {
      const file = path.join(directory, name);
      if (read(file) === content) continue;
      stale.push(`${place}/${name}`);
      if (!checks) writeFileSync(file, content);
    }
    for (const problem of problemsOf(manifest)) stale.push(`${place}/package.json ${problem}`);
  }
  if (checks && stale.length > 0) {
    throw new ReleaseError(`${stale.join(', ')}: not as it should be; run node tools/release/manifests.mjs`);
  }
  for (const file of stale) console.log(file);
});

function addressOf(url) {
  return url.replace(/^git\+/, '').replace(/\.git$/, '');
}

/** The manifest with the project's fields, in the places where npm's own tools put them. */
function withShared(manifest, place) {
  const { name, version, private: hidden, description, keywords, ...rest } = manifest;
  for (const key of ['license', 'repository', 'homepage', 'bugs']) delete rest[key];
  return {
    name,
    version,
    ...(hidden !== undefined && { private: hidden }),
    description,
    ...(keywords && { keywords }),
    license: rootManifest.license,
    repository: { ...rootManifest.repository, directory: place },
    homepage: `${web}/tree/${BRANCH}/${place}#readme`,
    bugs: `${web}/issues`,
    ...rest,
  };
}

function problemsOf({ keywords = [], description, files, engines, publishConfig }) {
  return [
    !description && 'has no description',
    keywords.length < 3 && 'has fewer than three keywords',
    !files && 'does not say which files are published',
    !engines?.node && 'does not say for which Node it is',
    publishConfig?.access !== 'public' && 'is not for everybody (publishConfig.access)',
  ].filter(Boolean);
}

/** `[text](target)` and `![text](target)`: relative targets, and those under the former address, become absolute. */
function withAbsoluteLinks(readme, directory, former) {
  const lines = former && former !== web ? readme.replaceAll(former, web).replaceAll(raw(former), raw(web)) : readme;
  return lines.replace(/(!?)\[([^\]]*)\]\(([^)\s]+)\)/g, (link, picture, text, target) => {
    const [file, anchor] = target.split('#');
    const absolute = path.resolve(directory, file);
    if (/^[a-z]+:/i.test(target) || !file || !existsSync(absolute)) return link;
    const place = path.relative(root, absolute).split(path.sep).join('/');
    const shown = picture || PICTURES.test(file);
    const kind = statSync(absolute).isDirectory() ? 'tree' : 'blob';
    const base = shown ? `${raw(web)}/${BRANCH}` : `${web}/${kind}/${BRANCH}`;
    return `${picture}[${text}](${base}/${place}${anchor ? `#${anchor}` : ''})`;
  });
}

function raw(address) {
  return address.replace('https://github.com/', 'https://raw.githubusercontent.com/');
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
