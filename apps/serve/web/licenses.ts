// Emits licenses.txt: the licence of every package whose code or files are part of the page.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'vite';

/** A Vite plugin; the build fails for a package that does not say its licence. */
export function licenses({ also = [] }: { also?: readonly string[] } = {}): Plugin {
  return {
    name: 'licenses',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle).flatMap((part) =>
        part.type === 'chunk' ? part.moduleIds : part.originalFileNames.map((file) => path.resolve(__dirname, file)),
      );
      const require = createRequire(__filename);
      // What workers and our own builds hold is not in this bundle's list.
      const more = also.map((name) => packageFolder(require.resolve(name)));
      const folders = new Set([...more, ...files.map(packageFolder)].filter((folder) => folder !== undefined));
      const source = [...folders].sort().map(notice).join('\n\n');
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: `${source}\n` });
    },
  };
}

/** The folder of the installed package that a file belongs to. */
function packageFolder(file: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.replaceAll('\\', '/').replace('\0', ''))?.[0];
}

function notice(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const readme = path.join(folder, 'README.md');
  // Some keep it at the end of their README.
  const text = file
    ? readFileSync(path.join(folder, file), 'utf8')
    : existsSync(readme)
      ? /^#+ *licen[cs]e\s([^]*)/im.exec(readFileSync(readme, 'utf8'))?.[1]
      : undefined;
  if (!license || !text) throw new Error(`${name} does not say its licence; see licenses.ts`);
  return `${name} ${version} (${license})\n${'-'.repeat(72)}\n${text.trim()}`;
}
