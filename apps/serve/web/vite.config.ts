// Builds the page into dist/web, whole: fonts, example and worklet included, nothing fetched from elsewhere.
import path from 'node:path';
import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './content-security-policy';
import { licenses } from './licenses';

const here = __dirname;

export default defineConfig({
  root: here,
  // Relative, so that the page also works under a path of a reverse proxy.
  base: './',
  resolve: {
    alias: { '@gpt-talker/audio/browser': path.resolve(here, '../../../packages/audio/src/browser.ts') },
  },
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  // `npm run page` beside a running `gpt-talker serve`.
  server: { proxy: { '/v1': 'http://127.0.0.1:8080', '/docs': 'http://127.0.0.1:8080' } },
  plugins: [contentSecurityPolicy(), licenses()],
  build: {
    outDir: path.resolve(here, '../dist/web'),
    emptyOutDir: true,
    target: 'es2022',
    // Data addresses would need holes in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  logLevel: 'warn',
});
