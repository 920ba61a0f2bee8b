// Bearer keys. Keys are compared as digests, in a time that does not show how much of a guess was right.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../requests/api-error';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const GUARDED = new Set([
  ...['/tts', '/speakers', '/metrics'],
  ...['/set_gpt_weights', '/set_sovits_weights', '/set_refer_audio', '/control'],
]);

/** What needs a key; the page, the docs and the signs of life are open to everybody. */
function isGuarded({ method, routeOptions: { url = '' } }: FastifyRequest): boolean {
  return url.startsWith('/v1/') || GUARDED.has(url) || (url === '/' && method === 'POST');
}

export class Keys {
  private readonly digests: readonly Buffer[];

  constructor(keys: readonly string[]) {
    this.digests = keys.map(digest);
  }

  /** Whether a key is one of ours. */
  accepts(key: string): boolean {
    const given = digest(key);
    // Every key is compared, so that it does not matter which one fits.
    return this.digests.reduce((found, known) => timingSafeEqual(known, given) || found, false);
  }

  /** @throws ApiError 401 */
  check(request: FastifyRequest): void {
    if (this.digests.length === 0 || !isGuarded(request)) return;
    const key = presentedKey(request);
    if (key !== undefined && this.accepts(key)) return;
    const what = key === undefined ? 'a key is needed' : 'the key is wrong';
    const message = `${what}; send Authorization: Bearer KEY`;
    throw new ApiError(401, 'invalid_api_key', message, null, { 'WWW-Authenticate': 'Bearer' });
  }
}

function presentedKey({ headers }: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  if (bearer !== undefined) return bearer;
  // Browsers cannot send that header with a WebSocket; they can name subprotocols.
  const protocols = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim());
  return protocols.find((protocol) => protocol.startsWith('bearer.'))?.slice('bearer.'.length);
}
