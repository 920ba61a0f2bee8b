// A waveform as few numbers: the largest sample of each stretch.

/** `count` peaks of equal stretches, each the largest magnitude there, in [0, 1]. */
export function peaks(samples: Float32Array, count: number): Float32Array {
  const result = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const end = Math.floor(((i + 1) * samples.length) / count);
    for (let at = Math.floor((i * samples.length) / count); at < end; at++) {
      const magnitude = Math.abs(samples[at]);
      if (magnitude > result[i]) result[i] = magnitude;
    }
  }
  return result;
}
