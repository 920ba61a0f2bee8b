// The features by which utterances are compared: what is said and how it is articulated, not how loud or through which channel.
import { type Audio, type FeatureSequence, mfcc, resample } from '@gpt-talker/audio';

/** Comparison happens at this rate, whatever the voice speaks at. */
export const COMPARISON_SAMPLE_RATE = 16000;
const FFT_SIZE = 1024;
const HOP_SAMPLES = 320; // 20 ms
const MELS = 128;
const COEFFICIENTS = 12;
const MINIMUM_DEVIATION = 1e-5;

/** Twelve MFCCs a 20 ms frame, without the level (c0), each with mean 0 and variance 1 over the utterance. */
export async function normalizedCepstra(audio: Audio): Promise<FeatureSequence> {
  const { samples } =
    audio.sampleRate === COMPARISON_SAMPLE_RATE ? audio : await resample(audio, COMPARISON_SAMPLE_RATE);
  const { data, frames } = mfcc(samples, {
    sampleRate: COMPARISON_SAMPLE_RATE,
    fftSize: FFT_SIZE,
    hopSamples: HOP_SAMPLES,
    mels: MELS,
    coefficients: COEFFICIENTS + 1,
    center: true,
  });
  const features = new Float32Array(frames * COEFFICIENTS);
  for (let coefficient = 0; coefficient < COEFFICIENTS; coefficient++) {
    const column = Float64Array.from(
      { length: frames },
      (_, frame) => data[frame * (COEFFICIENTS + 1) + coefficient + 1],
    );
    const mean = column.reduce((sum, value) => sum + value, 0) / frames;
    const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / frames);
    for (let frame = 0; frame < frames; frame++) {
      features[frame * COEFFICIENTS + coefficient] = (column[frame] - mean) / (deviation + MINIMUM_DEVIATION);
    }
  }
  return { data: features, frames, width: COEFFICIENTS };
}
