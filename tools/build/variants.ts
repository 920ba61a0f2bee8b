// A module may have a variant for one kind of build beside it: `x.bundled.ts` stands for `x.ts` in every build (sources find files beside
// themselves, builds must survive other bundlers), `x.browser.ts` in the build for browsers, which have no Node modules.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync, constants, deflateRawSync } from 'node:zlib';
import { buildSync, type Plugin } from 'esbuild';

/** Prefers variants with these endings, in order. */
export function variants(endings: readonly string[]): Plugin {
  return {
    name: 'variants',
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path: wanted, importer, resolveDir }) => {
        if (importer.includes('node_modules')) return undefined;
        for (const ending of endings) {
          const file = path.resolve(resolveDir, `${wanted}${ending}.ts`);
          // A variant may itself import what it stands for.
          if (file !== importer && existsSync(file)) return { path: file };
        }
        return undefined;
      });
    },
  };
}

/** From the package's folder, where builds run: builds show this name in a comment, and must not say where they were made. */
const ownPath = (folder: string, file: string): string =>
  path.relative(process.cwd(), path.resolve(folder, file)).replaceAll(path.sep, '/');

/**
 * `import data from './x.br?base64'`: the file as it is, as text, in a file of its own that the ES modules and the CommonJS of a build have in
 * common: dist/data/x.cjs. What imports it has to lie in dist/ itself.
 */
export function sharedData(): Plugin {
  return {
    name: 'shared-data',
    setup(build) {
      build.onResolve({ filter: /\.br\?base64$/ }, ({ path: wanted, resolveDir }) => {
        const file = path.resolve(resolveDir, wanted.replace(/\?base64$/, ''));
        const name = path.basename(file).replace(/\..*$/, '.cjs');
        const folder = path.resolve(build.initialOptions.outdir ?? 'dist', 'data');
        mkdirSync(folder, { recursive: true });
        writeFileSync(path.join(folder, name), `module.exports = '${readFileSync(file, 'base64')}';\n`);
        return { path: `./data/${name}`, external: true };
      });
    },
  };
}

/** The same for browsers, which have no brotli: deflated again, inside the build. */
export function embeddedData(): Plugin {
  return {
    name: 'embedded-data',
    setup(build) {
      build.onResolve({ filter: /\.br\?base64$/ }, ({ path: wanted, resolveDir }) => ({
        path: ownPath(resolveDir, wanted.replace(/\?base64$/, '')),
        namespace: 'embedded-data',
      }));
      build.onLoad({ filter: /.*/, namespace: 'embedded-data' }, ({ path: file }) => {
        const bytes = deflateRawSync(brotliDecompressSync(readFileSync(file)), { level: constants.Z_BEST_COMPRESSION });
        return { contents: bytes.toString('base64'), loader: 'text', watchFiles: [file] };
      });
    },
  };
}

/** `import code from './x.cjs?script'`: a program of its own, with what it requires, as text. */
export function embeddedScripts(): Plugin {
  return {
    name: 'embedded-scripts',
    setup(build) {
      build.onResolve({ filter: /\.cjs\?script$/ }, ({ path: wanted, resolveDir }) => ({
        path: ownPath(resolveDir, wanted.replace(/\?script$/, '')),
        namespace: 'embedded-scripts',
      }));
      build.onLoad({ filter: /.*/, namespace: 'embedded-scripts' }, ({ path: file }) => {
        const { outputFiles } = buildSync({
          entryPoints: [file],
          bundle: true,
          platform: 'node',
          format: 'cjs',
          target: 'node20',
          packages: 'external',
          minifyWhitespace: true,
          minifySyntax: true,
          write: false,
        });
        return { contents: outputFiles[0].text, loader: 'text', watchDirs: [path.dirname(file)] };
      });
    },
  };
}

/** Emscripten's output asks for Node's modules where it finds itself in Node. In a page it never does, but bundlers would look for them. */
export function withoutNode(): Plugin {
  return {
    name: 'without-node',
    setup(build) {
      build.onResolve({ filter: /^(?:node:)?(?:module|fs|path|url)$/ }, ({ path: wanted, importer }) =>
        importer.includes('node_modules') ? { path: wanted, namespace: 'without-node' } : undefined,
      );
      build.onLoad({ filter: /.*/, namespace: 'without-node' }, () => ({ contents: 'export {};' }));
    },
  };
}
