// Pages of other origins: browsers keep them from reading our answers unless CORS allows it; this keeps them from having an effect too
// (forms and WebSockets are sent without asking).
import type { FastifyRequest } from 'fastify';
import { ApiError } from './api-error';

export class Origins {
  /** @param allowed origins such as https://example.org, or * for all */
  constructor(private readonly allowed: readonly string[]) {}

  get any(): boolean {
    return this.allowed.length > 0;
  }

  /** @throws ApiError 403 for a request with effects from a foreign page */
  check({ method, headers }: FastifyRequest): void {
    const { origin } = headers;
    const harmless = (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') && headers.upgrade === undefined;
    if (origin === undefined || harmless || this.accepts(origin) || isOwn(origin, headers.host)) return;
    const message = `pages of ${JSON.stringify(origin.slice(0, 100))} may not use this service; start it with --cors and that origin`;
    throw new ApiError(403, 'foreign_origin', message);
  }

  accepts(origin: string): boolean {
    return this.allowed.includes('*') || this.allowed.includes(origin);
  }
}

function isOwn(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host;
}
