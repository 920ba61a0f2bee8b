// SHA-256 at once, in Node as in pages (whose own is asynchronous, and missing where the page is not served securely).
import { sha256 as digest } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

/** Of bytes, or of a text's UTF-8; 64 lower-case hexadecimal digits. */
export function sha256(content: Uint8Array | string): string {
  return bytesToHex(digest(typeof content === 'string' ? utf8ToBytes(content) : content));
}
