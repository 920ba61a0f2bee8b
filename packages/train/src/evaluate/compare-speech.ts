// How near a made reply is to the recorded one: the measures that papers on expressive speech report, over frames aligned by
// dynamic time warping of mel cepstra.
import {
  mfcc,
  resample,
  trackPitch,
  warpingDistance,
  warpingPath,
  type Audio,
  type FeatureSequence,
} from '@gpt-talker/audio';

export interface SpeechDistance {
  /** Mel-cepstral distortion over the aligned frames, in decibels, without the level (Kubichek 1993). */
  melCepstralDistortion: number;
  /** Of the natural logarithm of pitch, where both are voiced. */
  logPitchRmse: number;
  /** Pearson's, likewise; NaN where fewer than three frames are voiced in both. */
  logPitchCorrelation: number;
  /** Share of aligned frames that are voiced in one only. */
  voicingError: number;
  /** |made − real| / real. */
  durationError: number;
  /** Mean distance of the pitch contours (log, mean removed, bridged over unvoiced frames), warped by themselves. */
  pitchContourDistance: number;
}

const SAMPLE_RATE = 16_000;
const HOP = 320;
const COEFFICIENTS = 13;
const VOICED = 0.5;
const MELS = 80;
/**
 * Kubichek's (10 / ln 10) · √(2 Σ Δc²) is of cepstra of the logarithm of amplitudes. Ours are orthonormal, of decibels: their distance is √MELS
 * times the spectra's root mean square distance in decibels, which is twice his measure.
 */
const DISTORTION = 1 / (2 * Math.sqrt(MELS));

/** @throws AudioError where one is shorter than a frame */
export async function compareSpeech(made: Audio, real: Audio): Promise<SpeechDistance> {
  const [a, b] = [await analyse(made), await analyse(real)];
  const path = warpingPath(b.cepstra, a.cepstra);
  const distance = path.reduce((sum, step) => sum + step.distance, 0) / path.length;
  const pairs = path.map(({ row, column }) => [a.logPitch[column] ?? NaN, b.logPitch[row] ?? NaN]);
  const voiced = pairs.filter(([x, y]) => !Number.isNaN(x) && !Number.isNaN(y));
  const disagreeing = pairs.filter(([x, y]) => Number.isNaN(x) !== Number.isNaN(y));
  return {
    melCepstralDistortion: DISTORTION * distance,
    logPitchRmse: Math.sqrt(voiced.reduce((sum, [x, y]) => sum + (x - y) ** 2, 0) / voiced.length),
    logPitchCorrelation: correlation(voiced),
    voicingError: disagreeing.length / pairs.length,
    durationError: Math.abs(a.seconds - b.seconds) / b.seconds,
    pitchContourDistance: warpingDistance(contour(b.logPitch), contour(a.logPitch)),
  };
}

async function analyse(audio: Audio): Promise<{ cepstra: FeatureSequence; logPitch: number[]; seconds: number }> {
  const { samples } = await resample(audio, SAMPLE_RATE);
  const { data, frames } = mfcc(samples, {
    sampleRate: SAMPLE_RATE,
    fftSize: 1024,
    hopSamples: HOP,
    mels: MELS,
    coefficients: COEFFICIENTS + 1,
    center: true,
  });
  const cepstra = new Float32Array(frames * COEFFICIENTS);
  for (let frame = 0; frame < frames; frame++) {
    const from = frame * (COEFFICIENTS + 1) + 1; // the first is the level
    cepstra.set(data.subarray(from, from + COEFFICIENTS), frame * COEFFICIENTS);
  }
  const { hertz, voicing } = trackPitch(samples, {
    sampleRate: SAMPLE_RATE,
    hopSamples: HOP,
    minimumHertz: 60,
    maximumHertz: 500,
  });
  const logPitch = Array.from({ length: frames }, (_, frame) =>
    hertz[frame] > 0 && voicing[frame] >= VOICED ? Math.log(hertz[frame]) : NaN,
  );
  return { cepstra: { data: cepstra, frames, width: COEFFICIENTS }, logPitch, seconds: samples.length / SAMPLE_RATE };
}

function correlation(pairs: readonly number[][]): number {
  if (pairs.length < 3) return NaN;
  const mean = (place: number) => pairs.reduce((sum, pair) => sum + pair[place], 0) / pairs.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = pairs.reduce((sum, pair) => sum + (pair[0] - x) * (pair[1] - y), 0);
  const spread = (place: number, middle: number) => pairs.reduce((sum, pair) => sum + (pair[place] - middle) ** 2, 0);
  return covariance / Math.sqrt(spread(0, x) * spread(1, y));
}

/** Bridged over unvoiced frames in straight lines, mean removed. */
function contour(logPitch: readonly number[]): FeatureSequence {
  const known = logPitch.flatMap((value, frame) => (Number.isNaN(value) ? [] : [{ value, frame }]));
  const mean = known.reduce((sum, { value }) => sum + value, 0) / Math.max(1, known.length);
  const data = new Float32Array(logPitch.length);
  let next = 0;
  for (let frame = 0; frame < logPitch.length; frame++) {
    while (next < known.length && known[next].frame < frame) next++;
    const after = known[Math.min(next, known.length - 1)];
    const before = known[Math.max(0, next - 1)] ?? after;
    if (!after) continue;
    const width = after.frame - before.frame;
    const share = width > 0 ? Math.min(1, Math.max(0, (frame - before.frame) / width)) : 1;
    data[frame] = before.value + share * (after.value - before.value) - mean;
  }
  return { data, frames: logPitch.length, width: 1 };
}
