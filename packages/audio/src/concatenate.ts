// Arrays put one behind the other.

/** Such as the samples of several chunks of sound; always a new array. */
export function concatenateFloats(parts: readonly Float32Array[]): Float32Array {
  return fill(new Float32Array(totalLength(parts)), parts);
}

export function concatenateBytes(parts: readonly Uint8Array[]): Uint8Array {
  return fill(new Uint8Array(totalLength(parts)), parts);
}

function totalLength(parts: readonly { length: number }[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function fill<Whole extends { set(part: Part, at: number): void }, Part extends { length: number }>(
  whole: Whole,
  parts: readonly Part[],
): Whole {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
