// Text of one byte a character, without Node's Buffer.

/** Bytes as text, each its own code point. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  // In pieces: the number of arguments of a call is limited.
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

/** The reverse; what is beyond a byte loses its high bits, as with Buffer. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
}
