// Slower or faster speech without another pitch: the latent's frames are read at another rate, which is where GPT-SoVITS does it
// too (it interpolates the prior's frames). Frames are numbered through the whole reply, so that chunks meet exactly.

export interface Stretched {
  /** [channels, frames], row-major. */
  data: Float32Array;
  frames: number;
}

/** The first output frame at or behind a source frame: frame j of the output lies at j · speed of the source. */
export function stretchedFrame(sourceFrame: number, speed: number): number {
  return Math.ceil(sourceFrame / speed);
}

/**
 * Frames of a latent at `speed` times the rate, linearly interpolated.
 * @param latent [channels, frames] of the source's frames from `firstFrame` on
 * @returns the output's frames from `stretchedFrame(firstFrame)` to before `stretchedFrame(firstFrame + frames)`
 */
export function stretchLatent(latent: Float32Array, channels: number, firstFrame: number, speed: number): Stretched {
  const sourceFrames = latent.length / channels;
  const first = stretchedFrame(firstFrame, speed);
  const frames = stretchedFrame(firstFrame + sourceFrames, speed) - first;
  const data = new Float32Array(channels * frames);
  for (let frame = 0; frame < frames; frame++) {
    const position = Math.max(0, (first + frame) * speed - firstFrame);
    const left = Math.min(Math.floor(position), sourceFrames - 1);
    const right = Math.min(left + 1, sourceFrames - 1);
    const share = position - left;
    for (let channel = 0; channel < channels; channel++) {
      const row = channel * sourceFrames;
      data[channel * frames + frame] = latent[row + left] * (1 - share) + latent[row + right] * share;
    }
  }
  return { data, frames };
}
