// The pitch that a source-filter decoder is trained with: measured where speech is voiced, in between what a voice would glide through.

export interface PitchContour {
  /** Hertz of every frame. */
  hertz: Float32Array;
  /** 1 where it was measured, 0 where it was filled in. */
  voiced: Float32Array;
}

/** Where nothing at all is voiced. */
const MIDDLE_HERTZ = 150;

/** @param tracked hertz of every frame, 0 where unvoiced; the gaps are filled along straight lines in octaves, the ends held */
export function pitchContour(tracked: Float32Array): PitchContour {
  const voiced = tracked.map((hertz) => (hertz > 0 ? 1 : 0));
  const hertz = new Float32Array(tracked.length).fill(MIDDLE_HERTZ);
  let before = -1;
  for (let frame = 0; frame < tracked.length; frame++) {
    if (!voiced[frame]) continue;
    hertz[frame] = tracked[frame];
    for (let gap = before + 1; gap < frame; gap++) {
      const share = before < 0 ? 1 : (gap - before) / (frame - before);
      const from = before < 0 ? tracked[frame] : tracked[before];
      hertz[gap] = from * (tracked[frame] / from) ** share;
    }
    before = frame;
  }
  if (before >= 0) hertz.fill(tracked[before], before + 1);
  return { hertz, voiced };
}
