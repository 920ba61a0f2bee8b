// What the build for browsers holds as text: browsers unpack no brotli at once, so it is deflated.
import { inflateSync } from 'fflate';

export function unpacked(base64: string): Uint8Array {
  return inflateSync(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}
