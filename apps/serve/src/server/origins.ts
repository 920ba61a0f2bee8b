// Pages of other origins: browsers keep them from reading our answers unless CORS allows it; this keeps them from having an effect too
// (forms, images and WebSockets are sent without asking), and from having the model work for them.
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../requests/api-error';

/** What is asked for with GET and has the model work, or sets something for others. */
const EFFECTIVE = new Set(['/tts', '/set_gpt_weights', '/set_sovits_weights', '/set_refer_audio', '/control']);

export class Origins {
  /** @param allowed origins such as https://example.org, or * for all */
  constructor(private readonly allowed: readonly string[]) {}

  get any(): boolean {
    return this.allowed.length > 0;
  }

  /** @throws ApiError 403 for a request with effects from a foreign page */
  check({ method, headers, routeOptions: { url = '' } }: FastifyRequest): void {
    const reads = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
    if (reads && headers.upgrade === undefined && !EFFECTIVE.has(url)) return;
    const origin = pageOf(headers);
    if (origin === undefined || this.accepts(origin) || isOwn(origin, headers.host)) return;
    const page = JSON.stringify(origin.slice(0, 100));
    const message = `pages of ${page} may not use this service; start it with --cors and that origin`;
    throw new ApiError(403, 'foreign_origin', message);
  }

  accepts(origin: string): boolean {
    return this.allowed.includes('*') || this.allowed.includes(origin);
  }
}

/** The origin of the page that asks; undefined where it is no page, or our own. */
function pageOf({ origin, referer, ...headers }: FastifyRequest['headers']): string | undefined {
  if (origin !== undefined) return origin;
  // Images and sounds are asked for without an origin; what browsers say instead, pages cannot change.
  const site = headers['sec-fetch-site'];
  if (site !== 'cross-site' && site !== 'same-site') return undefined;
  return referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : 'null';
}

function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
