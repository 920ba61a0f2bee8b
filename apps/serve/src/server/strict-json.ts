// JSON bodies: UTF-8 or nothing. A replacement character in the place of a byte that is no text would be spoken.
import type { FastifyInstance } from 'fastify';
import { ApiError } from '../requests/api-error';

export function parseJsonStrictly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  // No route reads plain text.
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(body as Buffer);
    } catch {
      return done(ApiError.badRequest('not_utf8', null, 'the body is not UTF-8; send JSON in UTF-8'), undefined);
    }
    // No body at all is for the schema to judge.
    if (text === '') return done(null, undefined);
    void parse(request, text, done);
  });
}

/** How deep in a request there are names. */
const DEEPEST = 4;

/** A value from JSON without the members that are null. */
export function withoutNulls(value: unknown, depth = DEEPEST): unknown {
  if (depth === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item, depth - 1));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member, depth - 1)]));
}
