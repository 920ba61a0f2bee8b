// The page: files that Vite made, with a policy that lets nothing in from elsewhere.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { App, Service } from '../service';

const NO_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>gpt-talker</title>
<p>The page is not part of this build. The API is described <a href="/docs">here</a>.</p></html>`;
const STRICT_POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'";

export function pageRoutes(app: App, { page }: Service): void {
  const index = page && path.join(page, 'index.html');
  const html = index && existsSync(index) ? readFileSync(index, 'utf8') : NO_PAGE;
  const headers = pageHeaders(html);
  app.get('/', { schema: { hide: true } }, async (_request, reply) =>
    reply
      .headers({ ...headers, 'Cache-Control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(html),
  );
  if (!page || !existsSync(page)) return;
  app.register(fastifyStatic, {
    root: page,
    // Files are listed at the start, each its own route: nothing else of the folder can be named.
    wildcard: false,
    index: false,
    globIgnore: ['index.html'],
    // Vite's names distinguish one content from another, but for those that are copied as they are.
    maxAge: '1h',
    setHeaders: (response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    },
  });
}

/** The page knows which styles its parts bring along, so its own policy is sent; what a page cannot say itself is added. */
function pageHeaders(html: string): Record<string, string> {
  const [, own] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/i.exec(html) ?? [];
  const policy = (own ?? STRICT_POLICY).replaceAll('&#39;', "'").replaceAll('&quot;', '"');
  return {
    'Content-Security-Policy': `${policy}; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(self)',
  };
}
