// The style of some speech: timbre and manner in one vector, ready to speak with.
import { linearSpectrogram, resample, type Audio } from '@gpt-talker/audio';
import { float32, type HostTensor } from '@gpt-talker/runtime';
import { VitsError } from './errors';
import { type VitsVoice } from './voice';

/** Made by `Vits.style`; belongs to the voice that made it. Plain data: it may be stored. */
export interface Style {
  readonly vector: Float32Array;
}

/** The style of several references: the mean of theirs. @throws VitsError `input` where there is none, or they are of different voices */
export function meanStyle(styles: readonly Style[]): Style {
  if (styles.length === 0) throw new VitsError('input', 'there is no reference; give at least one');
  if (styles.length === 1) return styles[0];
  const [{ vector: first }] = styles;
  if (styles.some(({ vector }) => vector.length !== first.length))
    throw new VitsError('input', 'the styles are of different voices; make them all with this voice');
  return {
    vector: first.map((_, index) => styles.reduce((sum, { vector }) => sum + vector[index], 0) / styles.length),
  };
}

/** A style is a mean over frames: more than this adds nothing but attention over more frames. */
const LONGEST_REFERENCE_SECONDS = 30;
const SHORTEST_REFERENCE_SECONDS = 0.2;

/**
 * The reference as the style graph reads it: magnitudes [1, bins, frames] at the voice's rate, of the first half minute.
 * @throws VitsError `input` where there is too little speech
 */
export async function referenceSpectrogram(reference: Audio, { sampleRate, vits }: VitsVoice): Promise<HostTensor> {
  const seconds = reference.samples.length / reference.sampleRate;
  if (!(seconds >= SHORTEST_REFERENCE_SECONDS)) {
    throw new VitsError(
      'input',
      `the reference speech lasts ${seconds.toFixed(2)} s; give at least ${SHORTEST_REFERENCE_SECONDS} s`,
    );
  }
  const samples = reference.samples.subarray(0, Math.ceil(LONGEST_REFERENCE_SECONDS * reference.sampleRate));
  const atRate = await resample({ samples, sampleRate: reference.sampleRate }, sampleRate);
  const { fftSize, hopSamples, windowSamples } = vits.spectrogram;
  const { data, bins, frames } = linearSpectrogram(atRate.samples, { fftSize, hopSamples, windowSamples });
  return float32(data, [1, bins, frames]);
}
