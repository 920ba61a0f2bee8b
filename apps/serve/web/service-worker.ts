// Emits service-worker.js: keeps the page's own files, so that it opens without a network. The voice's files are kept by the page itself,
// by their hashes (`openVoice`), but for voice.json.
import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

/** What only few pages use is kept when it is first fetched. */
const WHEN_USED = /webgpu|asyncify/;

/** A Vite plugin for the build that needs no server. */
export function serviceWorker({ more }: { more: readonly string[] }): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const own = Object.values(bundle).filter(
        ({ fileName }) => !/^voice\/|\.map$/.test(fileName) && !WHEN_USED.test(fileName),
      );
      const hash = createHash('sha256');
      for (const part of own) hash.update(part.type === 'chunk' ? part.code : part.source);
      const files = ['./', ...own.map(({ fileName }) => fileName), ...more];
      const source = program(`gpt-talker-page-${hash.digest('hex').slice(0, 16)}`, [...new Set(files)]);
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source });
    },
  };
}

function program(name: string, files: readonly string[]): string {
  return `// Keeps this page for when there is no network: all of a version's files or none.
const NAME = ${JSON.stringify(name)};
const FILES = ${JSON.stringify(files)};

addEventListener('install', (event) => {
  // Past the browser's own cache, which may hold a file of an older version; addAll keeps nothing where one of them fails.
  const fresh = FILES.map((file) => new Request(file, { cache: 'reload' }));
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(fresh)).then(() => skipWaiting()));
});

addEventListener('activate', (event) => {
  const isOld = (name) => name.startsWith('gpt-talker-page-') && name !== NAME;
  const removeOld = caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))));
  event.waitUntil(removeOld.then(() => clients.claim()));
});

addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || new URL(request.url).origin !== location.origin) return;
  event.respondWith(answer(request));
});

async function answer(request) {
  const cache = await caches.open(NAME);
  // The page is one, whatever its query asks for.
  const kept = await cache.match(request, { ignoreSearch: request.mode === 'navigate' });
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok && ${WHEN_USED}.test(request.url)) await cache.put(request, response.clone()).catch(() => undefined);
  return response;
}
`;
}
