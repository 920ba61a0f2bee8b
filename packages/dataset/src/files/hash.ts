// Content hashes: work that was done before is recognised by what went into it.
import { createHash } from 'node:crypto';

/** 128 bits of SHA-256 of JSON values, in hexadecimal: the name of what was made from them. */
export function contentKey(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** SHA-256 of bytes, in hexadecimal. */
export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
