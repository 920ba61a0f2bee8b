// One tsup configuration for every package: ESM and CommonJS side by side, no bundled dependencies.
import { defineConfig, type Options } from 'tsup';

interface Entries {
  entry: Record<string, string>;
}

interface Program extends Entries {
  /** Globs in dist/ that another builder makes: tsup is not to clean them away. */
  leave?: string[];
}

/** Options for a publishable library. `tsup` bundles JavaScript only; `tsup --dts` adds the types (slower). */
export function library({ entry }: Entries): ReturnType<typeof defineConfig> {
  return defineConfig((overrides: Options) => ({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'node',
    // `shims` gives `__dirname` to the ESM build, which is how packages find the files that they ship.
    shims: true,
    sourcemap: true,
    splitting: true,
    treeshake: true,
    clean: true,
    silent: true,
    dts: Boolean(overrides.dts),
  }));
}

/** Options for a command-line program: one ESM file with a hash-bang. */
export function application({ entry, leave = [] }: Program): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    shims: true,
    sourcemap: true,
    splitting: true,
    clean: leave.map((glob) => `!${glob}`),
    silent: true,
    banner: { js: '#!/usr/bin/env node' },
  });
}
