// What keeps a conversation together where several services answer for it: its name in a header, by which a proxy chooses one, and
// `If-Match` with the number of turns that a client knows of, so that a request that is sent again is not done twice.
import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../requests/api-error';

/** Clients may send it, and proxies hash it; the answer to a new conversation has it. */
export const CONVERSATION_HEADER = 'X-Conversation-Id';

/** HTTP's entity tag of a conversation: how many turns it has. */
export function entityTag(turns: readonly unknown[]): string {
  return `"${turns.length}"`;
}

/** @throws ApiError 400 for what is no such number */
export function knownTurns({ 'if-match': given }: IncomingHttpHeaders): number | undefined {
  if (given === undefined || given.trim() === '*') return undefined;
  const [, number] = /^\s*"(\d{1,6})"\s*$/.exec(given) ?? [];
  if (number !== undefined) return Number(number);
  throw new ApiError(400, 'invalid_request', 'If-Match: give the number of turns in quotes, such as "4"', 'If-Match');
}
