// The names that conversations and replies go by: made here, and not to be guessed. Nothing else that comes from outside becomes part of a
// key of the store, where keys of another meaning lie beside them.
import { randomBytes } from 'node:crypto';

const RANDOM_BYTES = 16;
const CONVERSATION_ID = /^c_[A-Za-z0-9_-]{22}$/;

/** An identifier that cannot be guessed, of a conversation (`c`) or a reply (`r`). */
export function newId(kind: 'c' | 'r'): string {
  return `${kind}_${randomBytes(RANDOM_BYTES).toString('base64url')}`;
}

/** Whether a text is what `newId('c')` makes. */
export function isConversationId(text: string): boolean {
  return CONVERSATION_ID.test(text);
}
