// Turns measured frames into features that plain Euclidean distance can compare: what is said and how, without who says it.
// Pitch is taken relative to the utterance's register, not to its own mean, so that an excited utterance stays high.
import { chooseRegister, learnRegisters, type RegisterProfiles } from './registers';
import { alignCepstra, learnAlignments, type SpeakerAlignment } from './speaker-alignment';
import { CEPSTRA, type SpectralFrames } from './spectral-frames';

/** Features of a frame: the cepstra, the pitch, whether it is voiced. */
export const FEATURES = CEPSTRA + 2;

/** What is learnt from a corpus before its codes are. */
export interface SpectralStatistics {
  registers: RegisterProfiles;
  /** One a register. */
  alignments: SpeakerAlignment[];
  /** FEATURES factors which say how much each feature matters in the distance between two frames. */
  weights: Float32Array;
}

export interface StatisticsOptions {
  /** How many registers to find, at most. */
  registers: number;
  seed: number;
  pitchWeight: number;
  voicingWeight: number;
}

/** What the first and the last cepstrum's standard deviation weigh; those between lie on the line between. */
const FIRST_WEIGHT = 1.5;
const LAST_WEIGHT = 0.6;

/** @throws SpeechEncoderError when there is no speech in the corpus */
export async function learnStatistics(
  corpus: SpectralFrames[],
  options: StatisticsOptions,
): Promise<SpectralStatistics> {
  const registers = await learnRegisters(corpus, options.registers, options.seed);
  const alignments = learnAlignments(corpus, registers);
  const weights = new Float32Array(FEATURES);
  deviations(corpus, registers, alignments).forEach((deviation, i) => {
    const weight = FIRST_WEIGHT + ((LAST_WEIGHT - FIRST_WEIGHT) * i) / (CEPSTRA - 1);
    weights[i] = weight / Math.max(deviation, 1e-3);
  });
  weights[CEPSTRA] = options.pitchWeight;
  weights[CEPSTRA + 1] = options.voicingWeight;
  return { registers, alignments, weights };
}

/** [frames, FEATURES], row by row. */
export function normaliseFrames(measured: SpectralFrames, statistics: SpectralStatistics): Float32Array {
  const { registers, alignments, weights } = statistics;
  const register = chooseRegister(measured, registers);
  const cepstra = alignCepstra(measured, alignments[register]);
  const pitch = relativePitch(measured, registers.profiles[register][0]);
  const features = new Float32Array(measured.frames * FEATURES);
  for (let frame = 0; frame < measured.frames; frame++) {
    const row = frame * FEATURES;
    for (let i = 0; i < CEPSTRA; i++) features[row + i] = cepstra[frame * CEPSTRA + i] * weights[i];
    features[row + CEPSTRA] = pitch[frame] * weights[CEPSTRA];
    features[row + CEPSTRA + 1] = Number.isNaN(measured.logPitch[frame]) ? 0 : weights[CEPSTRA + 1];
  }
  return features;
}

/**
 * Log-pitch relative to `register`: in a straight line through unvoiced sounds, 0 in silence, where there is no pitch to
 * be heard and one code should do for all.
 */
export function relativePitch({ frames, logPitch, silent }: SpectralFrames, register: number): Float32Array {
  const relative = new Float32Array(frames);
  let last = -1;
  for (let frame = 0; frame < frames; frame++) {
    if (Number.isNaN(logPitch[frame])) continue;
    // Fill the gap since the last voiced frame; at the beginning there is none, and this frame's pitch is held.
    const from = last < 0 ? logPitch[frame] : logPitch[last];
    for (let gap = last + 1; gap <= frame; gap++) {
      relative[gap] = from + ((logPitch[frame] - from) * (gap - last)) / (frame - last) - register;
    }
    last = frame;
  }
  if (last >= 0) relative.fill(logPitch[last] - register, last + 1);
  return relative.map((value, frame) => (silent[frame] && Number.isNaN(logPitch[frame]) ? 0 : value));
}

/** Standard deviation of each aligned cepstrum over all frames. */
function deviations(
  corpus: SpectralFrames[],
  registers: RegisterProfiles,
  alignments: SpeakerAlignment[],
): Float64Array {
  const sums = new Float64Array(CEPSTRA);
  const squares = new Float64Array(CEPSTRA);
  let frames = 0;
  for (const measured of corpus) {
    const cepstra = alignCepstra(measured, alignments[chooseRegister(measured, registers)]);
    frames += measured.frames;
    for (let at = 0; at < cepstra.length; at++) {
      sums[at % CEPSTRA] += cepstra[at];
      squares[at % CEPSTRA] += cepstra[at] * cepstra[at];
    }
  }
  return squares.map((square, i) => Math.sqrt(Math.max(0, square / frames - (sums[i] / frames) ** 2)));
}
