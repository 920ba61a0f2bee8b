// Makes the speakers' spectra comparable, register by register: frequencies are warped by the length of the vocal tract
// that its pitch suggests, the mean spectrum (voice and microphone) is taken away, and what is left is mapped so that its
// covariance becomes the one that all registers share (the optimal transport between two Gaussians, Dowson & Landau 1982).
import { type RegisterProfiles, chooseRegister } from './registers';
import { cepstraOf, CEPSTRA, type SpectralFrames } from './spectral-frames';
import { identity, multiply, symmetricPower, type SquareMatrix } from './symmetric-matrix';
import { SpeechEncoderError } from './speech-encoder';

/** How a register's spectra are aligned with the others'. */
export interface SpeakerAlignment {
  /** Frequencies are divided by this. */
  warp: number;
  /** Mean of each cepstrum over frames that are not silent. */
  mean: Float32Array;
  /** [CEPSTRA, CEPSTRA], row by row: what cepstra are multiplied by once their mean is gone. */
  map: Float32Array;
}

/** Resonances rise with about the cube root of pitch from speaker to speaker (Nearey 1989). */
const WARP_EXPONENT = 1 / 3;
/** A register with less speech than this (10 s) keeps its covariance. */
const ENOUGH_FRAMES = 500;
/**
 * A short utterance's mean is more what it says than who says it: its register's mean counts as this many frames (half a
 * second) of it. Not for the level, whose mean depends on the recording alone.
 */
const PRIOR_FRAMES = 25;

/** [frames, CEPSTRA], row by row: cepstra without their speaker. */
export function alignCepstra(measured: SpectralFrames, { warp, mean, map }: SpeakerAlignment): Float32Array {
  const centred = centre(cepstraOf(measured, warp), measured, mean);
  const aligned = new Float32Array(centred.length);
  for (let row = 0; row < centred.length; row += CEPSTRA) {
    for (let i = 0; i < CEPSTRA; i++) {
      let sum = 0;
      for (let k = 0; k < CEPSTRA; k++) sum += map[i * CEPSTRA + k] * centred[row + k];
      aligned[row + i] = sum;
    }
  }
  return aligned;
}

/** @throws SpeechEncoderError when nothing is heard in the whole corpus */
export function learnAlignments(corpus: SpectralFrames[], registers: RegisterProfiles): SpeakerAlignment[] {
  const { profiles } = registers;
  const middle = profiles.reduce((sum, [logPitch]) => sum + logPitch / profiles.length, 0);
  const groups = profiles.map((): SpectralFrames[] => []);
  for (const measured of corpus) groups[chooseRegister(measured, registers)].push(measured);
  const learnt = groups.map((group, register) => {
    const warp = Math.exp((profiles[register][0] - middle) * WARP_EXPONENT);
    const mean = new Moments();
    for (const measured of group) mean.add(cepstraOf(measured, warp), measured);
    const spread = new Moments();
    for (const measured of group) spread.add(centre(cepstraOf(measured, warp), measured, mean.mean()), measured);
    return { warp, mean: mean.mean(), spread };
  });
  const heard = learnt.reduce((sum, { spread }) => sum + spread.count, 0);
  if (heard === 0) {
    throw new SpeechEncoderError('too-little-speech', 'the corpus is silent throughout; give recordings of speech');
  }
  const shared = new Float64Array(CEPSTRA * CEPSTRA);
  for (const { spread } of learnt)
    spread.covariance().forEach((value, at) => (shared[at] += (value * spread.count) / heard));
  return learnt.map(({ warp, mean, spread }) => ({
    warp,
    mean,
    map: Float32Array.from(spread.count < ENOUGH_FRAMES ? identity(CEPSTRA) : transport(spread.covariance(), shared)),
  }));
}

/** The symmetric map that turns covariance `from` into `to` while moving every point as little as possible. */
export function transport(from: SquareMatrix, to: SquareMatrix): SquareMatrix {
  const root = symmetricPower(from, 1 / 2);
  const inverse = symmetricPower(from, -1 / 2);
  const between = symmetricPower(multiply(multiply(root, to), root), 1 / 2);
  return multiply(multiply(inverse, between), inverse);
}

/** Takes the utterance's mean over the audible frames, drawn towards its register's, from every frame. */
function centre(cepstra: Float32Array, { frames, silent }: SpectralFrames, registerMean: Float32Array): Float32Array {
  const means = new Float64Array(CEPSTRA);
  let heard = 0;
  for (let frame = 0; frame < frames; frame++) {
    if (silent[frame]) continue;
    heard++;
    for (let i = 0; i < CEPSTRA; i++) means[i] += cepstra[frame * CEPSTRA + i];
  }
  for (let i = 0; i < CEPSTRA; i++) {
    const prior = i === 0 && heard > 0 ? 0 : PRIOR_FRAMES;
    means[i] = (means[i] + prior * registerMean[i]) / (heard + prior);
  }
  return cepstra.map((value, at) => value - means[at % CEPSTRA]);
}

/** Mean and covariance of the cepstra of audible frames. */
class Moments {
  count = 0;
  private readonly sums = new Float64Array(CEPSTRA);
  private readonly products = new Float64Array(CEPSTRA * CEPSTRA);

  add(cepstra: Float32Array, { frames, silent }: SpectralFrames): void {
    for (let frame = 0; frame < frames; frame++) {
      if (silent[frame]) continue;
      const row = frame * CEPSTRA;
      this.count++;
      for (let i = 0; i < CEPSTRA; i++) {
        this.sums[i] += cepstra[row + i];
        for (let k = 0; k < CEPSTRA; k++) this.products[i * CEPSTRA + k] += cepstra[row + i] * cepstra[row + k];
      }
    }
  }

  mean(): Float32Array {
    return Float32Array.from(this.sums, (sum) => sum / Math.max(1, this.count));
  }

  covariance(): SquareMatrix {
    const mean = this.mean();
    return this.products.map((product, at) => {
      return product / Math.max(1, this.count) - mean[Math.floor(at / CEPSTRA)] * mean[at % CEPSTRA];
    });
  }
}
