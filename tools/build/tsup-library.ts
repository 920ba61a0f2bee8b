// One tsup configuration for every package: ESM and CommonJS side by side, no bundled dependencies.
import { cp } from 'node:fs/promises';
import { type BuildOptions } from 'esbuild';
import { defineConfig, type Options } from 'tsup';
import { embeddedData, embeddedScripts, sharedData, variants, withoutNode } from './variants';

interface Entries {
  entry: Record<string, string>;
}

interface Library extends Entries {
  /** Entries of a second build, for browsers, in dist/browser/. */
  browser?: Record<string, string>;
  /** Dependencies that the build for browsers holds. */
  bundled?: string[];
  /** Gives the ESM build a `__dirname`. Breaks when another bundler makes CommonJS of it. */
  shims?: boolean;
}

interface Program extends Entries {
  /** Globs in dist/ that another builder makes: tsup is not to clean them away. */
  leave?: string[];
  /** Folders whose files come with the program: where they are, and their name in dist/. */
  copied?: Record<string, string>;
}

/** Options for a publishable library. `tsup` bundles JavaScript only; `tsup --dts` adds the types (slower). */
export function library({ entry, browser, bundled = [], shims = false }: Library): ReturnType<typeof defineConfig> {
  return defineConfig((overrides: Options) => {
    // What the command line says holds for every build, but browsers' types are those of Node's.
    const dts = Boolean(overrides.dts);
    delete overrides.dts;
    const common: Options = { splitting: true, treeshake: true, silent: true, esbuildOptions: typesOnlyAreNoImports };
    const node: Options = {
      ...common,
      entry,
      format: ['esm', 'cjs'],
      target: 'node20',
      platform: 'node',
      shims,
      clean: [`!browser/**`],
      dts,
      esbuildPlugins: [variants(['.bundled']), sharedData(), embeddedScripts()],
    };
    if (!browser) return node;
    const page: Options = {
      ...common,
      entry: browser,
      outDir: 'dist/browser',
      format: ['esm'],
      target: 'es2022',
      platform: 'browser',
      clean: true,
      noExternal: bundled,
      esbuildPlugins: [variants(['.browser', '.bundled']), embeddedData(), withoutNode()],
    };
    return [node, page];
  });
}

/**
 * `import { type X } from 'package'` is nothing once it is compiled. The projects' `verbatimModuleSyntax` would leave `import 'package'`, which
 * fails where an optional peer is not installed.
 */
function typesOnlyAreNoImports(options: BuildOptions): void {
  options.tsconfig = undefined;
  options.tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: false } };
}

/** Options for a command-line program: one ESM file with a hash-bang. */
export function application({ entry, leave = [], copied = {} }: Program): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    shims: true,
    sourcemap: true,
    splitting: true,
    esbuildOptions: typesOnlyAreNoImports,
    clean: leave.map((glob) => `!${glob}`),
    silent: true,
    banner: { js: '#!/usr/bin/env node' },
    onSuccess: async () => {
      for (const [folder, name] of Object.entries(copied)) await cp(folder, `dist/${name}`, { recursive: true });
    },
  });
}
