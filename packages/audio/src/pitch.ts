// Pitch: every frame's candidates from YIN (de Cheveigné & Kawahara 2002: difference function, cumulative mean
// normalisation, parabolic interpolation), one of them chosen by the best path through all frames (pitch-path.ts).
import { requireNumber, requireWhole } from './errors';
import { BeginningCorrelation } from './fourier';
import { copyFrame, countFrames, frameStart, type FrameOptions } from './frames';
import { choosePitchPath, type PitchCandidate } from './pitch-path';

/** How pitch is tracked. */
export interface PitchOptions extends FrameOptions {
  sampleRate: number;
  /** Lowest pitch looked for. Default 60 Hz. */
  minimumHertz?: number;
  /** Highest pitch looked for. Default 400 Hz. */
  maximumHertz?: number;
}

/** One value a frame. */
export interface PitchTrack {
  /** Fundamental frequency; 0 where the frame is unvoiced. */
  hertz: Float32Array;
  /** How periodic the frame is, from 0 (noise or silence) to 1. */
  voicing: Float32Array;
}

/** Candidates kept a frame; more only slow the search down. */
const MAXIMUM_CANDIDATES = 6;
/** Frames quieter than this (root mean square, −80 dB) have no pitch. */
const SILENCE = 1e-4;

/**
 * Tracks the pitch of speech. A frame is about three of the longest periods wide; at the sound's ends the frames are
 * moved inside it.
 *
 * @throws AudioError for frequencies that do not fit the sample rate
 */
export function trackPitch(samples: Float32Array, options: PitchOptions): PitchTrack {
  const { sampleRate, hopSamples, minimumHertz = 60, maximumHertz = 400 } = options;
  requireWhole('sampleRate', sampleRate, 1);
  requireWhole('hopSamples', hopSamples, 1);
  requireNumber('maximumHertz', maximumHertz, 1, sampleRate / 4);
  requireNumber('minimumHertz', minimumHertz, 1, maximumHertz);
  const finder = new CandidateFinder(sampleRate, minimumHertz, maximumHertz);
  const frames = countFrames(samples.length, options);
  const candidates: PitchCandidate[][] = [];
  const levels = new Float32Array(frames);
  const voicing = new Float32Array(frames);
  const frame = new Float64Array(finder.frameSamples);
  const lastStart = samples.length - frame.length;
  for (let t = 0; t < frames; t++) {
    const start = frameStart(t, frame.length, options);
    copyFrame(samples, lastStart < 0 ? start : Math.min(Math.max(start, 0), lastStart), frame);
    levels[t] = removeMean(frame);
    candidates.push(levels[t] < SILENCE ? [] : finder.find(frame));
    voicing[t] = candidates[t].reduce((best, { strength }) => Math.max(best, strength), 0);
  }
  return { hertz: choosePitchPath(candidates, levels, hopSamples / sampleRate), voicing };
}

/** Takes the mean away, which would drown the differences, and returns the root mean square of what is left. */
function removeMean(frame: Float64Array): number {
  let mean = 0;
  for (let i = 0; i < frame.length; i++) mean += frame[i];
  mean /= frame.length;
  let power = 0;
  for (let i = 0; i < frame.length; i++) {
    frame[i] -= mean;
    power += frame[i] * frame[i];
  }
  return Math.sqrt(power / frame.length);
}

/** Finds the lags at which a frame repeats itself. */
class CandidateFinder {
  readonly frameSamples: number;
  private readonly integration: number;
  private readonly shortestLag: number;
  private readonly longestLag: number;
  private readonly correlation: BeginningCorrelation;
  private readonly products: Float64Array;
  private readonly difference: Float64Array;

  constructor(
    private readonly sampleRate: number,
    private readonly minimumHertz: number,
    private readonly maximumHertz: number,
  ) {
    this.shortestLag = Math.max(2, Math.floor(sampleRate / maximumHertz));
    // One lag more at both ends, so that a minimum at the border has neighbours to interpolate with.
    this.longestLag = Math.ceil(sampleRate / minimumHertz) + 1;
    this.integration = 2 * this.longestLag;
    this.frameSamples = this.integration + this.longestLag + 1;
    this.correlation = new BeginningCorrelation(this.frameSamples);
    this.products = new Float64Array(this.longestLag + 1);
    this.difference = new Float64Array(this.longestLag + 1);
  }

  find(frame: Float64Array): PitchCandidate[] {
    this.computeDifference(frame);
    const { difference, longestLag } = this;
    const candidates: PitchCandidate[] = [];
    for (let lag = Math.max(2, this.shortestLag - 1); lag < longestLag; lag++) {
      const [before, here, after] = [difference[lag - 1], difference[lag], difference[lag + 1]];
      if (here >= 1 || here > before || here >= after) continue;
      const curvature = before - 2 * here + after;
      const shift = curvature > 0 ? (before - after) / (2 * curvature) : 0;
      const hertz = this.sampleRate / (lag + shift);
      if (hertz < this.minimumHertz * 0.99 || hertz > this.maximumHertz * 1.01) continue;
      const depth = here - ((before - after) * shift) / 4;
      candidates.push({ hertz, strength: Math.min(1, Math.max(0, 1 - depth)) });
    }
    return candidates.sort((a, b) => b.strength - a.strength).slice(0, MAXIMUM_CANDIDATES);
  }

  /** YIN's cumulative mean normalised difference d′(lag), from the correlation: d(lag) = e(0) + e(lag) − 2 r(lag). */
  private computeDifference(frame: Float64Array): void {
    const { integration, products, difference } = this;
    this.correlation.compute(frame, integration, products);
    const energy = products[0];
    let movingEnergy = energy;
    let sum = 0;
    difference[0] = 1;
    for (let lag = 1; lag < difference.length; lag++) {
      movingEnergy += frame[lag + integration - 1] ** 2 - frame[lag - 1] ** 2;
      const value = Math.max(0, energy + movingEnergy - 2 * products[lag]);
      sum += value;
      difference[lag] = sum > 0 ? (value * lag) / sum : 1;
    }
  }
}
