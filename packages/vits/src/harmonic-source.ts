// What a voice with a 'source-filter' decoder is made of before the decoder shapes it: pulses at the pitch, which hold every harmonic
// below half of the sample rate equally strongly, and noise. The same in training, where the pitch was measured, and in use, where
// latent.onnx predicts it.
import { VitsError } from './errors';
import { frameNoise } from './frame-noise';

export interface SourceOptions {
  sampleRate: number;
  hopSamples: number;
  /** Of the noise. */
  seed: number;
  /** The place of the first frame in the whole utterance: noise is drawn by frame number. Default 0. */
  firstFrame?: number;
  /** The pulses' phase, in turns, is this at that sample. Default: 0 at sample 0. */
  anchor?: PhaseAnchor;
}

export interface PhaseAnchor {
  sample: number;
  turns: number;
}

export interface HarmonicSource {
  /** [2, frames, hop]: pulses, then noise. */
  samples: Float32Array;
  /** The phase in turns before every sample and after the last. */
  turns: Float64Array;
}

/** Each harmonic's amplitude, and the deviation of the noise: a filter of 1 makes about as loud a sound as speech. */
const LEVEL = 0.02;
/** Below this distance from a whole turn, the sum of cosines is its limit to float32's precision. */
const NEAR_PULSE = 1e-5;
/** The noise's own stream of random numbers: the latent's noise has the seed itself. */
const NOISE_STREAM = 0x5eed;

/** @param pitch hertz at the middle of every frame, above 0 @throws VitsError `graph` for a pitch that is none */
export function harmonicSource(pitch: Float32Array, options: SourceOptions): HarmonicSource {
  const { sampleRate, hopSamples, seed, firstFrame = 0, anchor = { sample: 0, turns: 0 } } = options;
  for (const hertz of pitch) {
    if (!(hertz > 0 && hertz < Infinity))
      throw new VitsError('graph', `latent.onnx: gives a pitch of ${hertz} Hz; export the voice again`);
  }
  const count = pitch.length * hopSamples;
  const hertz = interpolated(pitch, hopSamples);
  const turns = new Float64Array(count + 1);
  for (let n = 0; n < count; n++) turns[n + 1] = turns[n] + hertz[n] / sampleRate;
  const shift = anchor.turns - turns[anchor.sample];
  const samples = new Float32Array(2 * count);
  for (let n = 0; n < count; n++) {
    turns[n] += shift;
    samples[n] = LEVEL * sumOfCosines(turns[n], Math.max(0, sampleRate / 2 / hertz[n] - 1));
  }
  turns[count] += shift;
  const noise = frameNoise(seed + NOISE_STREAM, firstFrame, pitch.length, hopSamples); // [hop, frames]
  for (let frame = 0; frame < pitch.length; frame++) {
    for (let n = 0; n < hopSamples; n++)
      samples[count + frame * hopSamples + n] = LEVEL * noise[n * pitch.length + frame];
  }
  return { samples, turns };
}

/** Hertz at every sample: linear from the middle of one frame to that of the next. */
function interpolated(pitch: Float32Array, hopSamples: number): Float32Array {
  const result = new Float32Array(pitch.length * hopSamples);
  const last = pitch.length - 1;
  for (let n = 0; n < result.length; n++) {
    const position = Math.min(last, Math.max(0, (n + 0.5) / hopSamples - 0.5));
    const left = Math.floor(position);
    const share = position - left;
    result[n] = pitch[left] * (1 - share) + pitch[Math.min(last, left + 1)] * share;
  }
  return result;
}

/** Σ cos(2π·h·turns) for h from 1 to `harmonics`, the next one by the fraction: where pitch glides, none begins or ends with a click. */
function sumOfCosines(turns: number, harmonics: number): number {
  const phase = turns - Math.round(turns);
  const whole = Math.floor(harmonics);
  // Dirichlet's kernel.
  const sum =
    Math.abs(phase) < NEAR_PULSE
      ? whole
      : (Math.sin((2 * whole + 1) * Math.PI * phase) / Math.sin(Math.PI * phase) - 1) / 2;
  return sum + (harmonics - whole) * Math.cos(2 * Math.PI * (whole + 1) * phase);
}
