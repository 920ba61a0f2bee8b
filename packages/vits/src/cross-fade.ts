// Joins chunks whose samples differ a little where they meet (imported voices attend to everything, so context changes every
// sample): the end of one fades out while the beginning of the next fades in.

/**
 * Fades `previous` into the beginning of `next`, in place: both begin at the same moment, `previous` is as long as the fade.
 */
export function crossFade(previous: Float32Array, next: Float32Array): void {
  const length = Math.min(previous.length, next.length);
  for (let index = 0; index < length; index++) {
    const share = (index + 0.5) / length;
    next[index] = previous[index] * (1 - share) + next[index] * share;
  }
}
