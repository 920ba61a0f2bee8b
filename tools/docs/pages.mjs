// What the site consists of besides the API: the guides, and what the packages' modules are called.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { publishedPackages, readManifest, root } from '../release/packages.mjs';

/** In the order in which a reader needs them. Titles are their first headings, unless they say otherwise. */
const GUIDES = [
  { file: 'docs/train-your-voice.md' },
  { file: 'docs/comparison.md' },
  { file: 'packages/voice-tiny/README.md', title: 'The embedded voice: its model card' },
  { file: 'docs/use-with.md' },
  { file: 'examples/README.md' },
  { file: 'docs/collection.md' },
  { file: 'docs/voice-corpus.md' },
  { file: 'docs/gpu.md' },
  { file: 'docs/scaling.md' },
  { file: 'docs/reliability.md' },
  { file: 'docs/kept-data.md' },
  { file: 'docs/releases.md' },
  { file: 'docs/architecture.md' },
  { file: 'CONTRIBUTING.md' },
  { file: 'SECURITY.md' },
];
const PROGRAMS = [
  { file: 'apps/serve/README.md', title: 'gpt-talker' },
  { file: 'apps/serve/API.md' },
  { file: 'apps/serve/web/README.md' },
  { file: 'apps/train/README.md', title: 'gpt-talker-train' },
];

/** `{file, title, group, text}` of every page that is not of the API; `file` from the root, `text` whole. */
export function pages() {
  const decisions = readdirSync(path.join(root, 'docs/decisions')).map((name) => ({ file: `docs/decisions/${name}` }));
  const all = { Guides: GUIDES, Programs: PROGRAMS, Decisions: decisions };
  const known = Object.entries(all).flatMap(([group, files]) => files.map((page) => ({ group, ...page })));
  const left = readdirSync(path.join(root, 'docs')).filter((name) => name.endsWith('.md'));
  for (const name of left) {
    if (!known.some(({ file }) => file === `docs/${name}`)) known.push({ group: 'Guides', file: `docs/${name}` });
  }
  return known.map((page) => {
    const whole = readFileSync(path.join(root, page.file), 'utf8');
    const title = /^# (.*)\n/.exec(whole)?.[1];
    if (title === undefined) throw new Error(`${page.file} does not begin with a heading`);
    return { ...page, title: page.title ?? title.replaceAll('`', ''), text: whole };
  });
}

/** `{name, source, readme}` of every module that a package exports; `readme` is a file's path, of a package's main module alone. */
export function modules() {
  const { paths } = JSON.parse(readFileSync(path.join(root, 'tsconfig.base.json'), 'utf8')).compilerOptions;
  return publishedPackages()
    .filter(({ manifest }) => manifest.exports)
    .flatMap(({ name, directory, manifest }) =>
      Object.keys(manifest.exports)
        .filter((entry) => !entry.endsWith('.json'))
        .map((entry) => {
          const module = path.posix.join(name, entry);
          const main = path.relative(
            root,
            path.join(directory, manifest.types.includes('/dist/') ? 'src/index.ts' : manifest.types),
          );
          const source = entry === '.' ? main : paths[module][0];
          return {
            name: module,
            source,
            ...(entry === '.' && { readme: path.relative(root, path.join(directory, 'README.md')) }),
          };
        }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export const web = readManifest(root)
  .repository.url.replace(/^git\+/, '')
  .replace(/\.git$/, '');
