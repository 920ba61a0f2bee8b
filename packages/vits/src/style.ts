// The style of some speech: timbre and manner in one vector, ready to speak with.
import { linearSpectrogram, resample, type Audio } from '@gpt-talker/audio';
import { float32, type HostTensor } from '@gpt-talker/runtime';
import { VitsError } from './errors';
import { type VitsVoice } from './voice';

/** Made by `Vits.style`; belongs to the voice that made it. Plain data: it may be stored. */
export interface Style {
  readonly vector: Float32Array;
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
