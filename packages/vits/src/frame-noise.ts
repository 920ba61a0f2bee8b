// Noise by frame number: the numbers of a frame depend on the seed and the frame's place in the utterance alone, so that a
// chunk computed apart draws what the whole would draw. A counter-based generator (murmur3's finaliser over seed, frame and
// channel) and Box–Muller.

/** Standard normal numbers for frames [firstFrame, firstFrame + frames), row-major [channels, frames]. */
export function frameNoise(seed: number, firstFrame: number, frames: number, channels: number): Float32Array {
  const key = mix(mix(seed >>> 0) ^ (Math.floor(seed / 0x1_0000_0000) >>> 0));
  const noise = new Float32Array(channels * frames);
  for (let frame = 0; frame < frames; frame++) {
    const frameKey = mix(key ^ Math.imul(firstFrame + frame + 1, 0x9e37_79b9));
    for (let channel = 0; channel < channels; channel++) noise[channel * frames + frame] = normal(frameKey, channel);
  }
  return noise;
}

function normal(key: number, counter: number): number {
  const bits = mix(key ^ Math.imul(2 * counter + 1, 0x85eb_ca6b));
  const more = mix(bits ^ Math.imul(2 * counter + 2, 0xc2b2_ae35));
  // 1 − u lies in (0, 1], where the logarithm is finite.
  return Math.sqrt(-2 * Math.log(1 - bits / 0x1_0000_0000)) * Math.cos((2 * Math.PI * more) / 0x1_0000_0000);
}

/** murmur3's finaliser: every bit of the input changes half of the output's. */
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
