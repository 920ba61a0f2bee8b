// Builds the page into dist/web, whole: fonts, example and worklet included, nothing fetched from elsewhere. With `--mode in-page` it
// builds the page that needs no server into dist/page: the voice speaks in the browser, and a service worker keeps all of it.
import path from 'node:path';
import { defineConfig } from 'vite';
import { contentSecurityPolicy } from './content-security-policy';
import { licenses } from './licenses';
import { serviceWorker } from './service-worker';
import { voiceFiles } from './voice-files';

const here = __dirname;

export default defineConfig(({ mode }) => {
  const inPage = mode === 'in-page';
  return {
    root: here,
    // Relative, so that the page also works under a path of a reverse proxy.
    base: './',
    resolve: {
      alias: [
        {
          find: '@gpt-talker/audio/browser',
          replacement: path.resolve(here, '../../../packages/audio/src/browser.ts'),
        },
        ...(inPage
          ? [
              {
                find: /^\.\.\/api\/conversations$/,
                replacement: path.resolve(here, 'src/api/in-page/conversations.ts'),
              },
            ]
          : []),
      ],
    },
    esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
    // `npm run page` beside a running `gpt-talker serve`.
    server: { proxy: { '/v1': 'http://127.0.0.1:8080', '/docs': 'http://127.0.0.1:8080' } },
    plugins: [
      contentSecurityPolicy({ computes: inPage }),
      licenses({ also: inPage ? ['onnxruntime-web', 'fflate'] : [] }),
      ...(inPage ? [voiceFiles(), serviceWorker({ more: ['voice/voice.json', 'favicon.svg'] })] : []),
    ],
    build: {
      outDir: path.resolve(here, inPage ? '../dist/page' : '../dist/web'),
      emptyOutDir: true,
      target: 'es2022',
      // Data addresses would need holes in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      // The dictionaries are one file, which is fetched once.
      chunkSizeWarningLimit: 8192,
    },
    logLevel: 'warn',
  };
});
